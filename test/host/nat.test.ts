import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../assembly/abi.ts";
import { LATEST, createNat } from "../../host/nat.ts";
import { ConfigError, type NatOptions } from "../../host/settings.ts";
import { udpPacket } from "../support/packets.ts";
import { ROUTER } from "./router-options.ts";
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

for (const [options, sentence] of [
  [
    undefined,
    'options: undefined is no object. Give one, as in createNat({ externalAddress: "203.0.113.1" }).',
  ],
  [
    "203.0.113.1",
    'options: 203.0.113.1 is no object. Give one, as in createNat({ externalAddress: "203.0.113.1" }).',
  ],
  [
    {},
    'externalAddress: missing. Give the address that the outside sees, as in createNat({ externalAddress: "203.0.113.1" }).',
  ],
  [
    { externalAddress: "203.0.113.1", portz: "1-2" },
    "portz: there is no such option. Use externalAddress, internalNetwork, externalPorts, lifetimes, allowShortLifetimes, holdDown, inboundRefresh, virtioHeader, router, seed, core.",
  ],
  [
    { externalAddress: "203.0.113.1", lifetimes: { UDP: 1 } },
    "lifetimes.UDP: there is no such option. Use udp, icmp, tcpTransitory, tcpEstablished.",
  ],
  [
    { externalAddress: "203.0.113.1", router: null },
    "router: null is no object. Give one of internalAddress, externalNetwork, gateway, internal, external.",
  ],
] as const) {
  nat(`is not made of ${JSON.stringify(options)}`, () => {
    const make = (): unknown => createNat(options as unknown as NatOptions);

    assert.throws(make, (error: Error) => error instanceof ConfigError);
    assert.is(sentenceOf(make), sentence);
  });
}

for (const [packet, kind] of [
  [undefined, "undefined"],
  [null, "null"],
  [[69, 0], "object"],
  ["E", "string"],
] as const) {
  nat(`says that ${JSON.stringify(packet)} is no packet`, () => {
    const subject = createNat({ externalAddress: "203.0.113.1" });
    const translate = (): unknown =>
      subject.translate(packet as unknown as Uint8Array, Side.Internal, 0);

    assert.throws(translate, (error: Error) => error instanceof TypeError);
    assert.is(
      sentenceOf(translate),
      `packet: ${kind} is no Uint8Array. Give the octets of one IPv4 packet.`,
    );
  });
}

nat("says that a frame is wanted where packets are frames", () => {
  const translate = (): unknown =>
    createNat(ROUTER).translate(null as unknown as Uint8Array, Side.Internal, 0);

  assert.is(
    sentenceOf(translate),
    "packet: null is no Uint8Array. Give the octets of one Ethernet frame.",
  );
});

nat.run();
