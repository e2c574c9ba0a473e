/** Packets of every length that are none, or were once: dropped with the right reason, never a trap. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, PACKET_AREA, Side, Verdict } from "../../assembly/abi.ts";
import { coreBytes } from "../../host/nat.ts";
import { read16, write16 } from "../support/octets.ts";
import {
  icmpError,
  icmpQuery,
  tcpPacket,
  udpPacket,
  withHeaderChecksum,
  withTransportChecksum,
} from "../support/packets.ts";
import { Draw } from "../support/random.ts";
import { Comparison } from "./comparison.ts";
import { LENGTHS, named, outcomesOf, unchanged } from "./outcomes.ts";
import { EXTERNAL } from "./scenarios.ts";
import type { Input } from "./traffic.ts";

const REMOTE = "198.51.100.10:7000";
const HOST = "10.0.0.2:5000";
const SEED = 20_260_101;

interface Context {
  comparison: Comparison;
  /** Valid packets of each kind, for the state that `comparison` is in. */
  valid: Record<string, Input>;
}

const malformed = suite<Context>("malformed packets");

malformed.before.each((context) => {
  context.comparison = new Comparison({ externalAddress: EXTERNAL });
  context.valid = validPackets(context.comparison);
});

malformed("that are valid to begin with are forwarded", ({ comparison, valid }) => {
  for (const [kind, input] of Object.entries(valid)) {
    assert.ok(isForwarded(outcomesOf(comparison, [input])[0]!), kind);
  }
});

for (const [name, octet] of [["zeros", 0] as const, ["ones", 0xff] as const]) {
  malformed(`of ${name} are Truncated below 20 octets and NotIpv4 from there on`, (context) => {
    for (const side of [Side.Internal, Side.External]) {
      const inputs = LENGTHS.map((length) => ({
        octets: new Uint8Array(length).fill(octet),
        side,
      }));
      const expected = LENGTHS.map((length) => (length < 20 ? "Truncated" : "NotIpv4"));
      assert.equal(named(unchanged(context.comparison, inputs)), expected);
    }
  });
}

malformed(`of random octets fare alike in core and model (seed ${SEED})`, ({ comparison }) => {
  const draw = Draw.seeded(SEED);
  const inputs = LENGTHS.flatMap((length) =>
    [Side.Internal, Side.External].map((side) => {
      const octets = draw.octets(length);
      if (length >= 20 && draw.oneIn(2)) octets[0] = 0x45;
      return { octets, side };
    }),
  );
  assert.ok(unchanged(comparison, inputs).every((outcome) => !isForwarded(outcome)));
});

malformed("cut short are Truncated, then TotalLength", ({ comparison, valid }) => {
  for (const [kind, { octets, side }] of Object.entries(valid)) {
    const lengths = LENGTHS.slice(0, octets.length);
    const inputs = lengths.map((length) => ({ octets: octets.slice(0, length), side }));
    const expected = lengths.map((length) => (length < 20 ? "Truncated" : "TotalLength"));
    assert.equal(named(unchanged(comparison, inputs)), expected, kind);
  }
});

malformed("cut short with a total length to match fare alike", ({ comparison, valid }) => {
  for (const { octets, side } of Object.values(valid)) {
    const start = (octets[0]! & 15) * 4;
    const lengths = LENGTHS.slice(start, octets.length);
    const cut = lengths.map((length) => {
      const copy = octets.slice(0, length);
      write16(copy, 2, length);
      return { octets: withTransportChecksum(withHeaderChecksum(copy)), side };
    });
    const outcomes = named(outcomesOf(comparison, cut));
    const least = octets[9] === 6 ? 20 : 8;
    const tooShort = outcomes.slice(0, least);
    assert.equal(tooShort, new Array<string>(least).fill("TransportTruncated"));
    assert.not(outcomes.slice(least).includes("TransportTruncated"));
  }
});

malformed("with padding up to the slot's size lose it", ({ comparison, valid }) => {
  for (const [kind, { octets, side }] of Object.entries(valid)) {
    const inputs = LENGTHS.slice(octets.length).map((length) => {
      const padded = new Uint8Array(length).fill(0xaa);
      padded.set(octets);
      return { octets: padded, side };
    });
    assert.ok(outcomesOf(comparison, inputs).every(isForwarded), kind);
    assert.is(comparison.nat.descriptors[1], read16(octets, 2), kind);
  }
});

malformed("whose descriptor leads elsewhere are left alone", ({ comparison, valid }) => {
  const { octets, side } = valid["outbound UDP"]!;
  const area = PACKET_AREA;
  const bad: Input[] = [
    { octets: new Uint8Array(PACKET_AREA + 1), side },
    { octets, side: 2 },
    { octets, side: 0xffffffff },
    ...[area, area + 1, area - 1, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff].map((shift) => ({
      octets,
      side,
      shift,
    })),
    { octets, side, shift: area - octets.length + 1 },
  ];
  for (const input of bad) assert.equal(named(unchanged(comparison, [input])), ["BadDescriptor"]);
  const last = { octets, side, shift: area - octets.length };
  assert.equal(named(outcomesOf(comparison, [last])), ["Outbound"]);
});

malformed("are NotConfigured to a core that is not, whatever they are", () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(coreBytes()));
  const at = (name: string): number => Number((exports[name] as WebAssembly.Global).value);
  const memory = (exports["memory"] as WebAssembly.Memory).buffer;
  const descriptors = new Uint32Array(memory, at("DESCRIPTORS"), 8);
  descriptors.set([0, 0, Side.Internal, 7, 0, PACKET_AREA + 1, Side.Internal, 7]);
  (exports["process"] as (count: number, low: number, high: number) => void)(2, 1, 0);
  assert.equal([...descriptors.slice(0, 3)], [0, 0, Side.Internal]);
  assert.is(descriptors[3], Verdict.Drop | (Outcome.NotConfigured << 8));
  assert.is(descriptors[7], Verdict.Drop | (Outcome.BadDescriptor << 8));
});

/** One packet of each kind, after traffic that makes them all valid. */
function validPackets(comparison: Comparison): Record<string, Input> {
  const [from, to] = [HOST, REMOTE];
  const outbound = (octets: Uint8Array): Input => ({ octets, side: Side.Internal });
  const inbound = (octets: Uint8Array): Input => ({ octets, side: Side.External });
  const udp = udpPacket({ from, to, payload: "payload" });
  const tcp = tcpPacket({ from, to, flags: "SYN", tcpOptions: Uint8Array.of(2, 4, 5, 180) });
  const echo = icmpQuery({ from, to, payload: "payload" });
  comparison.run({ now: 1, inputs: [outbound(udp), outbound(tcp), outbound(echo)] });

  const [udpSent, tcpSent, echoSent] = comparison.history.map(({ octets }) => octets) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const udpTo = `${EXTERNAL}:${read16(udpSent, 20)}`;
  const tcpTo = `${EXTERNAL}:${read16(tcpSent, 20)}`;
  const identifier = read16(echoSent, 24);
  const received = udpPacket({ from: to, to: HOST, ipOptions: Uint8Array.of(1, 1, 1, 0) });
  const router = "192.0.2.1";
  return {
    "outbound UDP": outbound(udp),
    "outbound TCP": outbound(tcp),
    "echo request": outbound(echo),
    hairpin: outbound(udpPacket({ from: "10.0.0.3:1", to: udpTo })),
    "inbound UDP": inbound(udpPacket({ from: to, to: udpTo, ipOptions: Uint8Array.of(1) })),
    "inbound TCP": inbound(tcpPacket({ from: to, to: tcpTo, flags: "SYN ACK", payload: "x" })),
    "echo reply": inbound(icmpQuery({ from: to, to: EXTERNAL, type: 0, identifier })),
    "inbound error": inbound(icmpError({ from: router, to: EXTERNAL, about: tcpSent })),
    "outbound error": outbound(icmpError({ from: "10.0.0.2", to, about: received, type: 11 })),
  };
}

function isForwarded(outcome: Outcome): boolean {
  return [Outcome.Outbound, Outcome.Inbound, Outcome.Hairpin].includes(outcome);
}

malformed.run();
