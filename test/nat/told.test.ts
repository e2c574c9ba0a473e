/** What a router cannot forward, and the ICMP errors that say so (docs/behaviour.md §8). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, Outcome, ROOM, Side, Verdict } from "../../assembly/abi.ts";
import { allSumsAreRight } from "../support/checksum.ts";
import * as core from "../support/core.ts";
import { ethernetFrame, unresolved, withRoom } from "../support/frames.ts";
import { hex, joined } from "../support/octets.ts";
import {
  type HeaderOptions,
  icmpError,
  icmpQuery,
  tcpPacket,
  udpPacket,
} from "../support/packets.ts";
import { R, ROUTER, STATIONS, TestRouter, routerWith } from "../support/router.ts";
import { virtioHeader } from "../support/virtio.ts";

const { E, HOST, OTHER_HOST, REMOTE, STRANGER, packetIn, packetOut } = core;

/** Flags with which a packet may not, or may, be cut. */
const [WHOLE, CUTTABLE] = [0x4000, 0];

const told = suite<{ router: TestRouter; external: string }>("what cannot be forwarded");

told.before.each((context) => {
  context.router = routerWith().meet();
  context.external = context.router.open();
});

/** Of errors: precedence 6 (RFC 1812 §4.3.2.5), and no identification. */
const HEADER = { tos: 0xc0, identification: 0, fragment: 0 };

/** The error as it is made. */
function error(from: string, to: string, about: Uint8Array, type: number): Uint8Array {
  return icmpError({ from, to, about, type, code: 0, quoted: 548, ...HEADER });
}

/** As `error`, of a packet that is too big: the MTU stands in the ICMP header. */
function tooBig(from: string, to: string, about: Uint8Array, mtu: number): Uint8Array {
  const message = joined(Uint8Array.of(0, 0, mtu >>> 8, mtu & 255), about.subarray(0, 548));
  const rest = { identifier: 0, sequence: mtu, ...HEADER };
  return icmpQuery({ from, to, type: 3, code: 4, payload: message.subarray(4), ...rest });
}

/** A UDP datagram of `total` octets. */
function sized(from: string, to: string, total: number, rest: Partial<HeaderOptions> = {}) {
  const payload = new Uint8Array(total - 28).fill(0xa7);
  return udpPacket({ from, to, payload, fragment: WHOLE, ...rest });
}

for (const ttl of [0, 1]) {
  told(`with a TTL of ${ttl} is TimeExceeded, and its sender is told so by R`, ({ router }) => {
    const expired = packetOut("udp", HOST, REMOTE, { ttl });
    const { outcome, verdict, side, frame } = router.sendOut(expired);

    assert.equal([outcome, verdict, side], ["TimeExceeded", "Forward", Side.Internal]);
    const { to, from, type } = frame;
    assert.equal({ to, from, type }, { to: STATIONS.host, from: STATIONS.internal, type: 0x0800 });
    assert.is(hex(frame.payload), hex(error(R, "10.0.0.2", expired, 11)));
    assert.ok(allSumsAreRight(frame.payload));
  });

  told(`with a TTL of ${ttl} from outside is told so by E, through the gateway`, (context) => {
    const { router, external } = context;
    const expired = packetIn("udp", REMOTE, external, { ttl });
    const { outcome, verdict, side, frame } = router.sendIn(expired);

    assert.equal([outcome, verdict, side], ["TimeExceeded", "Forward", Side.External]);
    assert.is(frame.to, STATIONS.gateway);
    assert.is(hex(frame.payload), hex(error(E, "198.51.100.10", expired, 11)));
  });
}

told("has its error where the room began; what is behind that stays as it was", ({ router }) => {
  const { nat } = router.test;
  const datagram = sized(HOST, REMOTE, 700, { ttl: 1 });
  const ends = { to: STATIONS.internal, from: STATIONS.host };
  const arrived = withRoom(ethernetFrame({ ...ends, padding: 3 }, datagram));
  nat.packets.fill(0xa5, 0, 2048).set(arrived, 500);
  nat.descriptors.set([500, arrived.length, Side.Internal, 0]);
  nat.process(1, 0);

  const length = 14 + 28 + 548;
  const word = Verdict.Forward | (Outcome.TimeExceeded << 8);
  const expected = [500, length, Side.Internal, word];
  assert.equal([...nat.descriptors.slice(0, DESCRIPTOR_WORDS)], expected);
  assert.equal(nat.packets.slice(500 + ROOM + 14, 500 + arrived.length), arrived.slice(ROOM + 14));
  assert.ok(nat.packets.slice(0, 500).every((octet) => octet === 0xa5));
  assert.ok(nat.packets.slice(500 + arrived.length, 2048).every((octet) => octet === 0xa5));
});

told("is quoted with its options, and an odd length", ({ router }) => {
  const rest = { ttl: 1, ipOptions: new Uint8Array(8).fill(1), payload: "odd" };
  const expired = packetOut("udp", HOST, REMOTE, rest);
  const { frame } = router.sendOut(expired, { padding: 5 });
  assert.is(hex(frame.payload), hex(error(R, "10.0.0.2", expired, 11)));
});

told("for want of a known neighbour waits until it is one", () => {
  const router = routerWith();
  const fate = router.sendOut(packetOut("udp", HOST, REMOTE, { ttl: 1 }));
  assert.equal([fate.outcome, fate.verdict], ["TimeExceeded", "Resolve"]);
  assert.is(fate.frame.to, unresolved("10.0.0.2"));

  const released = router.meet().release(fate);
  assert.equal([released.outcome, released.verdict], ["Released", "Forward"]);
  assert.is(released.frame.to, STATIONS.host);
  assert.equal(released.frame.payload, fate.frame.payload);
});

told("is what is longer than the other link's MTU: the sender is told that", (context) => {
  const { router, external } = context;
  assert.is(router.sendOut(sized(HOST, REMOTE, 900)).outcome, "Outbound");
  assert.is(router.sendIn(sized(REMOTE, external, 600)).outcome, "Inbound");
  const out = router.sendOut(sized(HOST, REMOTE, 901));
  const inward = router.sendIn(sized(REMOTE, external, 601));

  assert.equal([out.outcome, out.verdict, out.side], ["TooBig", "Forward", Side.Internal]);
  assert.equal([inward.outcome, inward.verdict, inward.side], ["TooBig", "Forward", Side.External]);
  const about = sized(HOST, REMOTE, 901);
  assert.is(hex(out.frame.payload), hex(tooBig(R, "10.0.0.2", about, 900)));
  const inwardAbout = sized(REMOTE, external, 601);
  assert.is(hex(inward.frame.payload), hex(tooBig(E, "198.51.100.10", inwardAbout, 600)));
});

told("and may be cut is dropped for its size without a word, not for its TTL", ({ router }) => {
  const cuttable = sized(HOST, REMOTE, 901, { fragment: CUTTABLE });
  const expired = sized(HOST, REMOTE, 901, { fragment: CUTTABLE, ttl: 1 });
  assert.equal(fateOf(router.sendOut(cuttable)), ["TooBig", "Drop"]);
  assert.equal(fateOf(router.sendOut(expired)), ["TimeExceeded", "Forward"]);
});

// RFC 1812 §4.3.2.7.
told("is never told of when it is an ICMP error itself", ({ router, external }) => {
  const host = "10.0.0.2";
  const received = packetIn("udp", REMOTE, HOST);
  for (const type of [3, 11, 12]) {
    const about = packetOut("udp", external, REMOTE);
    const outside = icmpError({ from: REMOTE, to: E, about, type, ttl: 1 });
    assert.equal(fateOf(router.sendIn(outside)), ["TimeExceeded", "Drop"]);
    const mine = icmpError({ from: host, to: REMOTE, about: received, type, ttl: 0 });
    assert.equal(fateOf(router.sendOut(mine)), ["TimeExceeded", "Drop"]);
  }
});

told("changes nothing: no mapping, no session, no timer, no phase", ({ router, external }) => {
  router.sendOut(tcpPacket({ from: HOST, to: REMOTE, flags: "SYN" }));
  router.wait(1000);
  const before = router.test.state();
  router.sendOut(packetOut("udp", OTHER_HOST, REMOTE, { ttl: 1 }));
  router.sendOut(packetOut("udp", HOST, STRANGER, { ttl: 1 }));
  router.sendOut(tcpPacket({ from: HOST, to: REMOTE, flags: "RST", ttl: 1 }));
  router.sendIn(sized(REMOTE, external, 601));
  assert.equal(router.test.state(), before);
});

told("has its type of service in the error, without its ECN bits", ({ router }) => {
  const { frame } = router.sendOut(packetOut("udp", HOST, REMOTE, { ttl: 1, tos: 0xbb }));
  assert.is(frame.payload[1], 0xd8);
});

told("inbound is only what has a mapping and passes its filter", ({ router, external }) => {
  const expired = (from: string, to: string) =>
    router.sendIn(packetIn("udp", from, to, { ttl: 1 }));
  assert.is(expired(REMOTE, `${E}:1`).outcome, "NoMapping");
  assert.is(expired(STRANGER, external).outcome, "Filtered");
});

told("outbound need not have a mapping, nor get one", ({ router }) => {
  const segment = tcpPacket({ from: HOST, to: REMOTE, flags: "ACK", ttl: 1 });
  assert.equal(fateOf(router.sendOut(segment)), ["TimeExceeded", "Forward"]);
});

told("is nothing that would go no further anyway", ({ router }) => {
  // RFC 1812 §4.3.1: Source Quench and Redirect are errors, about which nobody is told.
  for (const type of [4, 5, 17]) {
    const message = icmpQuery({ from: HOST, to: REMOTE, type, ttl: 1 });
    assert.equal(fateOf(router.sendOut(message)), ["IcmpType", "Drop"]);
  }
  const hairpin = packetOut("udp", HOST, `${E}:1`, { ttl: 1 });
  assert.equal(fateOf(router.sendOut(hairpin)), ["NoMapping", "Drop"]);
});

told("is measured by the internal link's MTU when it is a hairpin", () => {
  const router = routerWith({ router: { ...ROUTER, internal: { ...ROUTER.internal, mtu: 1000 } } });
  const target = router.meet().open();
  assert.is(router.sendOut(sized(OTHER_HOST, target, 1000)).outcome, "Hairpin");
  const { outcome, frame } = router.sendOut(sized(OTHER_HOST, target, 1001));
  assert.is(outcome, "TooBig");
  const about = sized(OTHER_HOST, target, 1001);
  assert.is(hex(frame.payload), hex(tooBig(R, "10.0.0.3", about, 1000)));
});

// RFC 1812 §4.3.2.8.
told(
  "is told of fifty times at once, then once a millisecond, on both sides together",
  (context) => {
    const { router, external } = context;
    const expired = [
      () => router.sendOut(packetOut("udp", HOST, REMOTE, { ttl: 1 })),
      () => router.sendIn(packetIn("udp", REMOTE, external, { ttl: 1 })),
    ];
    const toldOf = (): number =>
      Array.from({ length: 60 }, (_, index) => expired[index % 2]!().verdict).filter(
        (verdict) => verdict === "Forward",
      ).length;

    assert.is(toldOf(), 50);
    assert.is(toldOf(), 0);
    router.wait(1);
    assert.is(toldOf(), 1);
    router.wait(3);
    assert.is(toldOf(), 3);
    router.wait(1000);
    assert.is(toldOf(), 50);
  },
);

told("behind a virtio header is told of behind one of zeros", () => {
  const router = routerWith({ virtioHeader: true }).meet();
  const expired = packetOut("udp", HOST, REMOTE, { ttl: 1 });
  const { frame } = router.sendOut(expired, { virtio: virtioHeader({ start: 34, offset: 6 }) });
  assert.equal(frame.virtio, virtioHeader());
  assert.is(hex(frame.payload), hex(error(R, "10.0.0.2", expired, 11)));
});

told("of a superpacket is any of its segments, headers and options included", () => {
  const router = routerWith({ virtioHeader: true }).meet();
  const options = { flags: "SYN", tcpOptions: new Uint8Array(12).fill(1) };
  const payload = new Uint8Array(65535 - 52);
  const superpacket = tcpPacket({ from: HOST, to: REMOTE, ...options, payload });
  const datagrams = udpPacket({ from: HOST, to: REMOTE, payload: new Uint8Array(4000) });
  const fate = (datagram: Uint8Array, size: number, kind = 1): string[] =>
    fateOf(router.sendOut(datagram, { virtio: virtioHeader(undefined, kind, size) }));

  assert.equal(fate(superpacket, 900 - 52), ["Outbound", "Forward"]);
  assert.equal(fate(superpacket, 900 - 51), ["TooBig", "Forward"]);
  assert.equal(fate(datagrams, 900 - 28, 5), ["Outbound", "Forward"]);
  assert.equal(fate(datagrams, 900 - 27, 5), ["TooBig", "Forward"]);
  assert.equal(fate(datagrams, 872, 0), ["TooBig", "Forward"]);
  assert.equal(fate(datagrams, 0, 5), ["TooBig", "Forward"]);
});

told.run();

function fateOf({ outcome, verdict }: core.Fate): string[] {
  return [outcome, verdict];
}
