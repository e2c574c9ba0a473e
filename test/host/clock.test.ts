import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Clock } from "../../host/clock.ts";

const clock = suite("clock");

clock("starts at one second, whatever the monotonic clock says", () => {
  assert.is(new Clock(() => 987_654.3).now(), 1000);
});

clock("counts whole milliseconds", () => {
  let elapsed = 500;
  const subject = new Clock(() => elapsed);
  elapsed = 501.999;

  assert.is(subject.now(), 1001);
  assert.is(subject.uptime(), 1);
});

clock("goes on from where it was put forward to", () => {
  let elapsed = 0;
  const subject = new Clock(() => elapsed);

  assert.ok(subject.advance(300_000));
  assert.is(subject.now(), 301_000);
  elapsed = 5;
  assert.is(subject.now(), 301_005);
  assert.is(subject.uptime(), 5);
});

clock("refuses to go back, or beyond what the core can count", () => {
  const subject = new Clock(() => 0);

  assert.not(subject.advance(-1));
  assert.not(subject.advance(2 ** 41));
  assert.is(subject.now(), 1000);
});

clock.run();
