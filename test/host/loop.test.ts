import { setImmediate } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Loop } from "../../host/loop.ts";
import { rejectionOf } from "./support.ts";

const loop = suite("loop");

/** A waiter that wakes when told to. */
class FakeWaiter {
  armed = 0;
  closed = 0;
  wake = (): void => {};

  for = (wake: () => void): this => {
    this.wake = wake;
    return this;
  };

  arm(): void {
    this.armed += 1;
  }

  close(): void {
    this.closed += 1;
  }
}

loop("waits again once there is nothing left to carry", () => {
  const waiter = new FakeWaiter();
  const carried = [3, 1, 0];
  new Loop(() => carried.shift()!, waiter.for);

  assert.is(waiter.armed, 1);
  waiter.wake();
  assert.equal(carried, []);
  assert.is(waiter.armed, 2);
});

loop("lets others have their turn while packets keep coming", async () => {
  const waiter = new FakeWaiter();
  let batches = 0;
  const subject = new Loop(() => ++batches, waiter.for);
  waiter.wake();
  const first = batches;
  await setImmediate();
  await setImmediate();

  assert.ok(first < 100, `${first} batches without a pause`);
  assert.ok(batches > first);
  subject.stop();
  await subject.ended;
});

loop("stops after the batch under way, and not before", async () => {
  const waiter = new FakeWaiter();
  let batches = 0;
  const subject: Loop = new Loop(() => {
    if (++batches === 3) subject.stop();
    return 1;
  }, waiter.for);
  waiter.wake();
  await subject.ended;

  const last = batches;
  waiter.wake();
  await setImmediate();
  assert.is(batches, last);
  assert.is(waiter.closed, 1);
});

loop("stops at once while it waits", async () => {
  const waiter = new FakeWaiter();
  const subject = new Loop(() => {
    throw new Error("carried after the end");
  }, waiter.for);
  subject.stop();
  subject.stop();
  await subject.ended;

  waiter.wake();
  assert.is(waiter.closed, 1);
});

loop("ends with the error of a device that has failed", async () => {
  const waiter = new FakeWaiter();
  const subject = new Loop(() => {
    throw new Error("natlan: gone. Make it again.");
  }, waiter.for);
  waiter.wake();

  assert.is(await rejectionOf(subject.ended), "natlan: gone. Make it again.");
  assert.is(waiter.closed, 1);
});

loop.run();
