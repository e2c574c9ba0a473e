import { setImmediate } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Loop, type Poll, type Work } from "../../host/loop.ts";
import { rejectionOf } from "./support.ts";

const loop = suite("loop");

/** Work whose time passes by 0.01 ms a look at the clock, and which is carried as a list says. */
class FakeWork implements Work {
  time = 0;
  sleeps = 0;
  looks = 0;
  readonly waiting: number[];

  constructor(...waiting: number[]) {
    this.waiting = waiting;
  }

  forward = (): number => {
    this.looks += 1;
    return this.waiting.shift() ?? 0;
  };

  sleep = (milliseconds: number): boolean => {
    this.sleeps += 1;
    this.time += milliseconds;
    return false;
  };

  now = (): number => (this.time += 0.01);
}

/** Runs a loop for a few turns of the event loop. */
async function turns(work: Work, poll: Poll, count = 3): Promise<void> {
  const subject = new Loop(work, poll);
  for (let turn = 0; turn < count; turn++) await setImmediate();
  subject.stop();
  await subject.ended;
}

loop("carries all there is before it sleeps", async () => {
  const work = new FakeWork(3, 1, 2);
  const left: number[] = [];
  work.sleep = (milliseconds) => {
    left.push(work.waiting.length);
    work.time += milliseconds;
    return true;
  };
  await turns(work, "block");

  assert.ok(left.length > 0);
  assert.ok(left.every((count) => count === 0));
});

loop("sleeps at once when it is to block", async () => {
  const work = new FakeWork(1);
  await turns(work, "block", 2);

  assert.ok(work.sleeps > 0);
  assert.ok(work.looks <= 2 * work.sleeps + 2, `${work.looks} looks, ${work.sleeps} sleeps`);
});

loop("looks again for a while after a packet when it is to adapt, then sleeps", async () => {
  const work = new FakeWork(1);
  const looksBefore: number[] = [];
  work.sleep = () => {
    looksBefore.push(work.looks);
    return true;
  };
  await turns(work, "adaptive", 2);

  assert.ok(looksBefore[0]! >= 10, `${looksBefore[0]} looks`);
  assert.ok(looksBefore[0]! <= 12, `${looksBefore[0]} looks`);
});

loop("does not look again where there was no packet", async () => {
  const work = new FakeWork();
  const looksBefore: number[] = [];
  work.sleep = (milliseconds) => {
    looksBefore.push(work.looks);
    work.time += milliseconds;
    return false;
  };
  work.time = 1000;
  await turns(work, "adaptive", 4);

  looksBefore.forEach((looks, sleeps) => assert.ok(looks <= 2 * sleeps + 1, `${looksBefore}`));
});

loop("carries what has woken it before others have their turn", async () => {
  const work = new FakeWork();
  const order: string[] = [];
  work.sleep = (milliseconds) => {
    work.time += milliseconds;
    work.waiting.push(1);
    order.push("woken");
    return false;
  };
  work.forward = () => {
    const count = work.waiting.shift() ?? 0;
    if (count > 0) order.push("carried");
    return count;
  };
  const subject = new Loop(work, "block");
  await setImmediate();
  order.push("others");
  subject.stop();
  await subject.ended;

  assert.equal(order.slice(0, 3), ["woken", "carried", "others"]);
});

loop("gives the event loop two turns when it asks, for what is new in the first", async () => {
  const work = new FakeWork();
  let turn = 0;
  const sleptIn: number[] = [];
  work.sleep = () => {
    sleptIn.push(turn);
    return true;
  };
  const subject = new Loop(work, "block");
  for (; turn < 6; turn++) await setImmediate();
  subject.stop();
  await subject.ended;

  const pauses = sleptIn.slice(1).map((at, i) => at - sleptIn[i]!);
  assert.ok(pauses.length > 0 && pauses.every((pause) => pause === 2), `${sleptIn}`);
});

loop("never sleeps when it is to spin", async () => {
  const work = new FakeWork();
  await turns(work, "spin");

  assert.is(work.sleeps, 0);
  assert.ok(work.looks > 100);
});

for (const poll of ["block", "adaptive", "spin"] as const) {
  loop(`lets others have their turn while packets keep coming (${poll})`, async () => {
    const work = new FakeWork();
    work.forward = () => (work.looks += 1);
    const subject = new Loop(work, poll);
    await setImmediate();
    const first = work.looks;
    await setImmediate();
    await setImmediate();

    assert.ok(first <= 101, `${first} batches without a pause`);
    assert.ok(work.looks > first);
    subject.stop();
    await subject.ended;
  });
}

loop("gives the event loop its turn as soon as it has something to do", async () => {
  const work = new FakeWork();
  work.sleep = () => {
    work.sleeps += 1;
    return true;
  };
  const subject = new Loop(work, "block");
  await setImmediate();
  const first = work.sleeps;

  assert.ok(first <= 1, `${first} sleeps in one turn`);
  subject.stop();
  await subject.ended;
});

loop("stops after the batch under way, and not before", async () => {
  const work = new FakeWork();
  const subject: Loop = new Loop(
    {
      ...work,
      forward() {
        if (++work.looks === 3) subject.stop();
        return 1;
      },
    },
    "block",
  );
  await subject.ended;
  await setImmediate();

  assert.is(work.looks, 3);
});

loop("ends with the error of a device that has failed", async () => {
  const work = new FakeWork();
  work.forward = () => {
    throw new Error("natlan: gone. Make it again.");
  };
  const subject = new Loop(work, "adaptive");

  assert.is(await rejectionOf(subject.ended), "natlan: gone. Make it again.");
});

loop.run();
