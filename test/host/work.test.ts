import { suite } from "uvu";
import * as assert from "uvu/assert";
import { workOn } from "../../host/work.ts";

const work = suite("work");

/** When devices are flushed, and whether next hops are looked after, in looks at these times. */
function looks(count: number, ...times: number[]): { flushed: number[]; isDue: boolean[] } {
  const flushed: number[] = [];
  const isDue: boolean[] = [];
  const forward = (is?: boolean): number => {
    isDue.push(is!);
    return count;
  };
  const flush = (now: number): number => flushed.push(now);
  const { forward: look } = workOn({ forward }, { fds: () => Int32Array.of(), flush });
  for (const time of times) assert.is(look(time), count);
  return { flushed, isDue };
}

work("looks after all each millisecond while packets keep coming", () => {
  const { flushed, isDue } = looks(3, 5000, 5000.4, 5000.9, 5001.1, 5001.2, 5002.2);

  assert.equal(flushed, [5000, 5001.1, 5002.2]);
  assert.equal(isDue, [true, false, false, true, false, true]);
});

work("flushes before each sleep, and looks after next hops now and then", () => {
  const { flushed, isDue } = looks(0, 5000, 5000.4, 5000.9, 5001.1);

  assert.equal(flushed, [5000, 5000.4, 5000.9, 5001.1]);
  assert.equal(isDue, [true, false, false, true]);
});

work.run();
