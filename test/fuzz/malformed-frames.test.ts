/** Frames of every length that are none, or were once: dropped with the right reason, never a trap. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HELD, ROOM, Side } from "../../assembly/abi.ts";
import { ARP, IPV4, arpFrame, ethernetFrame, withRoom } from "../support/frames.ts";
import { write16 } from "../support/octets.ts";
import { icmpQuery, udpPacket, withHeaderChecksum } from "../support/packets.ts";
import { Draw } from "../support/random.ts";
import { NETWORK, R, ROUTER, STATIONS } from "../support/router.ts";
import { VIRTIO_HEADER, virtioHeader } from "../support/virtio.ts";
import { Comparison, SLOT } from "./comparison.ts";
import { LENGTHS, named, outcomesOf, unchanged } from "./outcomes.ts";
import { EXTERNAL } from "./scenarios.ts";
import type { Input } from "./traffic.ts";

const SEED = 20_260_101;
const [HOST, REMOTE] = ["10.0.0.2:5000", "198.51.100.10:7000"];
const TO_INTERNAL = { to: STATIONS.internal, from: STATIONS.host };
const SIDES = [Side.Internal, Side.External];

const malformed = suite("malformed frames");

for (const hasHeader of [false, true]) {
  const front = ROOM + (hasHeader ? VIRTIO_HEADER : 0) + 14;
  const virtio = hasHeader ? virtioHeader() : undefined;
  const name = hasHeader ? " behind virtio headers" : "";
  const fresh = (): Comparison => {
    const options = { internalNetwork: NETWORK, router: ROUTER, virtioHeader: hasHeader };
    const comparison = new Comparison({ externalAddress: EXTERNAL, ...options });
    comparison.run({ now: 1, inputs: [] });
    return comparison;
  };

  for (const octet of [0, 0xff]) {
    malformed(`of octets ${octet} are Truncated, then OtherStation${name}`, () => {
      const comparison = fresh();
      for (const side of SIDES) {
        const inputs = LENGTHS.map((length) => ({ octets: filled(length, octet), side }));
        const expected = LENGTHS.map((length) =>
          length < front + 20 ? "Truncated" : "OtherStation",
        );
        assert.equal(named(unchanged(comparison, inputs)), expected);
      }
    });

    malformed(`of octets ${octet} that were held back leave all the same${name}`, () => {
      const comparison = fresh();
      for (const side of SIDES) {
        const inputs = LENGTHS.map((length) => ({
          octets: filled(length, octet),
          side: HELD + side,
        }));
        const expected = LENGTHS.map((length) => (length < front + 20 ? "Truncated" : "Released"));
        assert.equal(named(outcomesOf(comparison, inputs)), expected);
      }
    });
  }

  malformed(`of random octets fare alike in core and model${name} (seed ${SEED})`, () => {
    const comparison = fresh();
    const draw = Draw.seeded(SEED);
    for (const type of [IPV4, ARP]) {
      const inputs = LENGTHS.slice(0, SLOT - front + 1).flatMap((length) =>
        SIDES.map((side) => {
          const to = side === Side.Internal ? STATIONS.internal : STATIONS.external;
          const octets = draw.octets(length);
          if (length >= 20 && draw.oneIn(2)) octets[0] = 0x45;
          const frame = ethernetFrame({ to, from: STATIONS.host, type, virtio }, octets);
          return { octets: withRoom(frame), side };
        }),
      );
      unchanged(comparison, inputs);
    }
  });

  malformed(`cut short are Truncated, then of a wrong length${name}`, () => {
    const comparison = fresh();
    const asker = { station: STATIONS.host, address: "10.0.0.2" };
    const ends = { ...TO_INTERNAL, virtio };
    const frames: [Uint8Array, string][] = [
      [ethernetFrame(ends, udpPacket({ from: HOST, to: REMOTE, ttl: 1 })), "TotalLength"],
      [ethernetFrame(ends, icmpQuery({ from: HOST, to: R })), "TotalLength"],
      [arpFrame({ sender: asker, target: { address: R }, virtio }), "ArpIgnored"],
    ];
    for (const [frame, outcome] of frames) {
      const whole = withRoom(frame);
      const lengths = LENGTHS.slice(0, whole.length);
      const inputs = lengths.map((length) => inward(whole.slice(0, length)));
      const expected = lengths.map((length) => (length < front + 20 ? "Truncated" : outcome));
      assert.equal(named(unchanged(comparison, inputs)), expected);
    }
  });

  malformed(`of every size are told of, or not, alike${name}`, () => {
    const comparison = fresh();
    const inputs = LENGTHS.slice(28, SLOT - front).map((length) => {
      const datagram = new Uint8Array(length).fill(length);
      datagram.set(udpPacket({ from: HOST, to: REMOTE, udpLength: 8, ttl: 1 + (length & 1) }));
      write16(datagram, 2, length);
      return inward(
        withRoom(ethernetFrame({ ...TO_INTERNAL, virtio }, withHeaderChecksum(datagram))),
      );
    });
    // No more at once than errors are sent at once.
    for (let at = 0; at < inputs.length; at += 50) {
      comparison.run({ now: 1 + at, inputs: inputs.slice(at, at + 50) });
    }
    const met = ["TimeExceeded Resolve", "TooBig Resolve", "Outbound Resolve"];
    assert.equal([...comparison.met].sort(), met.sort());
  });
}

malformed.run();

function filled(length: number, octet: number): Uint8Array {
  return new Uint8Array(length).fill(octet);
}

function inward(octets: Uint8Array): Input {
  return { octets, side: Side.Internal };
}
