import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HOST, LIFETIMES, natWith, packetIn, packetOut, REMOTE } from "../support/core.ts";

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

clock("stands still at 2^42 - 1 ms, whatever later time it is told", () => {
  for (const given of [LATEST, LATEST + 1, 2 ** 43, 2 ** 52, 2 ** 64 - 2 ** 11]) {
    const { nat } = natWith();
    nat.process(0, given);
    assert.is(nat.clock, LATEST);
  }
});

clock.run();
