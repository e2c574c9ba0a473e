import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../assembly/abi.ts";
import { LATEST, createNat } from "../../host/nat.ts";
import { udpPacket } from "../support/packets.ts";
import { sentenceOf } from "./support.ts";

const nat = suite("nat");

const PACKET = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });

for (const now of [-1, -0.5, -Infinity, Infinity, NaN, LATEST + 1]) {
  nat(`refuses ${now} for a time, and keeps its clock`, () => {
    const subject = createNat({ externalAddress: "203.0.113.1" });
    subject.process(0, 5000);
    const sentence = `now: ${now} is no time that the core can count. Give milliseconds on a monotonic clock, from 0 to 2^42 - 1.`;

    assert.is(
      sentenceOf(() => subject.translate(PACKET, Side.Internal, now)),
      sentence,
    );
    assert.throws(
      () => subject.process(0, now),
      (error: Error) => error instanceof RangeError,
    );
    assert.is(subject.clock, 5000);
    assert.is(subject.counters().Outbound, 0);
  });
}

for (const now of [0, 0.9, 1234.5, LATEST]) {
  nat(`takes ${now} for a time`, () => {
    const subject = createNat({ externalAddress: "203.0.113.1" });

    assert.is(subject.translate(PACKET, Side.Internal, now).outcome, Outcome.Outbound);
    assert.is(subject.clock, Math.floor(now));
  });
}

nat.run();
