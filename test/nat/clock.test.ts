import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  freshCore,
  HOST,
  LIFETIMES,
  natWith,
  packetIn,
  packetOut,
  REMOTE,
} from "../support/core.ts";

const LATEST = 2 ** 42 - 1;

const clock = suite("clock");

clock("is told with every batch, be it empty", () => {
  const { nat } = natWith();
  nat.process(0, 1234);

  assert.is(nat.clock, 1234);
});

clock("never goes back", () => {
  const nat = natWith().wait(10_000);
  const external = nat.open("udp");
  nat.now = 4000;
  nat.sendOut(packetOut("udp", HOST, REMOTE));

  assert.is(nat.nat.clock, 10_000);
  nat.now = 10_000 + LIFETIMES.udp - 1;
  assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "Inbound");
  nat.now = 0;
  assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "Inbound");
});

clock("keeps a mapping expired when it is told an earlier time", () => {
  const nat = natWith();
  const external = nat.open("udp");
  nat.nat.process(0, LIFETIMES.udp);

  assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "NoMapping");
});

for (const start of [2 ** 31 - 1000, 2 ** 32 - 1000, 2 ** 41, LATEST - LIFETIMES.udp]) {
  clock(`counts lifetimes across ${start} ms and what follows`, () => {
    const nat = natWith().wait(start);
    const external = nat.open("udp");

    nat.wait(LIFETIMES.udp - 1);
    assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "Inbound");
    nat.wait(1);
    assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "NoMapping");
  });
}

// The host refuses such times; the core does not rely on it.
clock("stands still at 2^42 - 1 ms, whatever later time it is told", () => {
  for (const given of [1n << 42n, (1n << 42n) + 5n, 1n << 43n, (1n << 64n) - 1n]) {
    const core = freshCore();
    core.process(0, Number(BigInt.asIntN(32, given)), Number(BigInt.asIntN(32, given >> 32n)));
    assert.is(core.view.getBigUint64(core.start("CLOCK"), true), BigInt(LATEST), `${given} ms`);
  }
});

clock.run();
