/** The model as the router of two links: docs/behaviour.md §8 to §10, worked by hand. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HELD, Outcome, Side, Verdict } from "../../assembly/abi.ts";
import { allSumsAreRight } from "./checksum.ts";
import * as frames from "./frames.ts";
import { type Fate, type Leaving, leaves } from "./model/fate.ts";
import { Model } from "./model/model.ts";
import { legalPorts } from "./model/ports.ts";
import { modelSettings } from "./model/settings.ts";
import { fromHex, hex } from "./octets.ts";
import { icmpQuery, tcpPacket, udpPacket } from "./packets.ts";
import { virtioHeader } from "./virtio.ts";

const E = "203.0.113.1";
const R = "10.0.0.1";
const HOST = "10.0.0.2";
const GATEWAY = "203.0.113.6";
const REMOTE = "198.51.100.10";
const OWN = { [Side.Internal]: "02:00:00:00:00:01", [Side.External]: "02:00:00:00:00:02" };
const HOST_STATION = "06:00:00:00:00:02";
const GATEWAY_STATION = "06:00:00:00:00:06";

const HOST_SETTINGS = {
  externalAddress: E,
  internalNetwork: { address: "10.0.0.0", mask: "255.255.255.0" },
  ports: { first: 40000, last: 40003 },
  lifetimes: { udp: 5000, icmp: 3000, tcpTransitory: 4000, tcpEstablished: 20000 },
  holdDown: 6000,
  inboundRefresh: false,
  virtioHeader: false,
  router: {
    internalAddress: R,
    externalNetwork: { address: "203.0.113.0", mask: "255.255.255.248" },
    gateway: GATEWAY,
    internal: { station: OWN[Side.Internal], mtu: 600 },
    external: { station: OWN[Side.External], mtu: 900 },
  },
};

const model = suite<{ model: Model }>("model of a router");

model.before.each((context) => {
  context.model = new Model(modelSettings(HOST_SETTINGS));
});

model("sends to the gateway with a TTL that is less by one, once it has heard it", ({ model }) => {
  const datagram = udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000`, ttl: 64 });
  const first = left(carry(model, datagram, Side.Internal));
  hear(model, Side.External, GATEWAY, GATEWAY_STATION);
  const second = left(carry(model, datagram, Side.Internal));

  const expected = udpPacket({ from: `${E}:40000`, to: `${REMOTE}:7000`, ttl: 63 });
  const from = OWN[Side.External];
  const ends = [frames.unresolved(GATEWAY), GATEWAY_STATION];
  const verdicts = [Verdict.Resolve, Verdict.Forward];
  for (const [index, fate] of [first, second].entries()) {
    const frame = frames.ethernetFrame({ to: ends[index]!, from }, expected);
    const rest = { verdict: verdicts[index]!, side: Side.External, begin: 28 };
    assert.equal(fate, { outcome: Outcome.Outbound, ...rest, octets: frame });
  }
});

model("releases a held frame to the neighbour that it has heard meanwhile", ({ model }) => {
  const datagram = udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000` });
  const held = left(carry(model, datagram, Side.Internal));
  const release = (): Leaving => {
    const octets = frames.withRoom(held.octets);
    return left(model.translate({ octets, side: HELD + held.side, inside: true }, never));
  };
  assert.equal(release(), { ...held, outcome: Outcome.Released });

  hear(model, Side.External, GATEWAY, GATEWAY_STATION);
  const released = release();
  assert.is(released.verdict, Verdict.Forward);
  assert.is(frames.partsOf(released.octets).to, GATEWAY_STATION);
  assert.equal(released.octets.slice(6), held.octets.slice(6));
});

model("knows a neighbour for 293 ticks, and until another takes its place", ({ model }) => {
  const reply = icmpQuery({ from: HOST, to: R, type: 8 });
  const verdictAt = (now: number): Verdict => {
    model.readClock(now);
    return left(carry(model, reply, Side.Internal)).verdict;
  };
  model.readClock(1023);
  hear(model, Side.Internal, HOST, HOST_STATION);

  assert.is(verdictAt(293 * 1024 - 1), Verdict.Forward);
  assert.is(verdictAt(293 * 1024), Verdict.Resolve);
});

model("answers an echo request in the frame's octets, padding and all", ({ model }) => {
  hear(model, Side.External, GATEWAY, GATEWAY_STATION);
  const request = icmpQuery({ from: REMOTE, to: E, code: 3, ttl: 1, payload: "ping" });
  const fate = left(carry(model, request, Side.External, { padding: 9 }));

  const reply = icmpQuery({ from: E, to: REMOTE, type: 0, code: 3, payload: "ping" });
  const ends = { to: GATEWAY_STATION, from: OWN[Side.External] };
  assert.is(hex(fate.octets), hex(frames.ethernetFrame({ ...ends, padding: 9 }, reply)));
  assert.is(fate.outcome, Outcome.Echo);
});

model("answers a message of zeros with the one checksum that is right for it", ({ model }) => {
  const request = { from: REMOTE, to: E, identifier: 0, sequence: 0, payload: new Uint8Array(4) };
  const { octets } = left(carry(model, icmpQuery(request), Side.External));
  assert.is(hex(frames.partsOf(octets).payload.slice(20)), "0000ffff0000000000000000");
});

model("tells the sender that time is up, from the address on its own side", ({ model }) => {
  hear(model, Side.Internal, HOST, HOST_STATION);
  const datagram = udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000`, ttl: 1 });
  const fate = left(carry(model, datagram, Side.Internal));

  const { payload, ...ends } = frames.partsOf(fate.octets);
  const header = "45c00038 00000000 4001" + "6603" + "0a000001 0a000002";
  const icmp = "0b00" + "2959" + "00000000";
  assert.is(hex(payload), hex(fromHex(header + icmp)) + hex(datagram));
  assert.ok(allSumsAreRight(payload));
  const { to, from } = ends;
  assert.equal({ to, from }, { to: HOST_STATION, from: OWN[Side.Internal] });
  const { octets: _, ...rest } = fate;
  const { Forward } = Verdict;
  const outcome = Outcome.TimeExceeded;
  assert.equal(rest, { outcome, verdict: Forward, side: Side.Internal, begin: 0 });
  assert.equal(model.state.mappings(), []);
});

model("tells the MTU to the sender of what is too big, if it asked to be told", ({ model }) => {
  const big = (fragment: number, total: number): Uint8Array => {
    const payload = new Uint8Array(total - 28);
    return udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000`, fragment, payload });
  };
  assert.is(left(carry(model, big(0x4000, 900), Side.Internal)).outcome, Outcome.Outbound);
  const silent = carry(model, big(0, 901), Side.Internal);
  assert.equal(silent, { outcome: Outcome.TooBig });

  const { payload } = frames.partsOf(left(carry(model, big(0x4000, 901), Side.Internal)).octets);
  assert.is(payload.length, 20 + 8 + 548);
  assert.is(hex(payload.slice(20, 22)), "0304");
  assert.is(hex(payload.slice(24, 28)), "00000384");
  assert.equal(payload.slice(28), big(0x4000, 901).slice(0, 548));
});

model("sends fifty errors at once, then one a millisecond", ({ model }) => {
  const expired = udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000`, ttl: 0 });
  const told = (now: number): number => {
    model.readClock(now);
    const fates = Array.from({ length: 60 }, () => carry(model, expired, Side.Internal));
    return fates.filter(leaves).length;
  };
  assert.equal([0, 1, 4, 4, 1000].map(told), [50, 1, 3, 0, 50]);
});

model("judges a superpacket by its segments", () => {
  const model = new Model(modelSettings({ ...HOST_SETTINGS, virtioHeader: true }));
  const tcpOptions = new Uint8Array(12).fill(1);
  const payload = new Uint8Array(1300);
  const ends = { from: `${HOST}:4000`, to: `${REMOTE}:7000` };
  const segment = tcpPacket({ ...ends, flags: "SYN", tcpOptions, payload });
  const outcomeOf = (size: number, kind = 1): string => {
    const virtio = virtioHeader(undefined, kind, size);
    return Outcome[carry(model, segment, Side.Internal, { virtio }).outcome]!;
  };
  assert.is(outcomeOf(900 - 20 - 20 - 12), "Outbound");
  assert.is(outcomeOf(900 - 20 - 20 - 12 + 1), "TooBig");
  assert.is(outcomeOf(100, 0), "TooBig");
});

model("takes a checksum's start as counted from the Ethernet header", () => {
  const model = new Model(modelSettings({ ...HOST_SETTINGS, virtioHeader: true }));
  const datagram = udpPacket({ from: `${HOST}:4000`, to: `${REMOTE}:7000`, payload: "octets" });
  const outcomeOf = (start: number): string => {
    const virtio = virtioHeader({ start, offset: 6 });
    return Outcome[carry(model, datagram, Side.Internal, { virtio }).outcome]!;
  };
  assert.equal([34, 20, 13, 42].map(outcomeOf), [
    "Outbound",
    "PartialChecksum",
    "PartialChecksum",
    "Outbound",
  ]);
});

model("names the frame's faults before the datagram's", ({ model }) => {
  const datagram = udpPacket({ from: R, to: "224.0.0.1", version: 6 });
  const other = "02:00:00:00:00:03";
  const outcomeOf = (options: Partial<frames.FrameOptions>, payload = datagram): string =>
    Outcome[carry(model, payload, Side.Internal, options).outcome]!;
  assert.is(outcomeOf({ to: other }, datagram.slice(0, 19)), "Truncated");
  assert.is(outcomeOf({ to: other, type: 0x86dd }), "OtherStation");
  assert.is(outcomeOf({ to: frames.BROADCAST }), "OtherStation");
  assert.is(outcomeOf({ type: 0x86dd }), "NotIpv4");
  assert.is(outcomeOf({}, udpPacket({ from: `${R}:9`, to: REMOTE })), "SourceAddress");
  assert.is(outcomeOf({}, udpPacket({ from: `${HOST}:9`, to: R, ttl: 0 })), "DestinationAddress");
});

model.run();

/** Carries a datagram in a frame for the NAT. */
function carry(
  model: Model,
  datagram: Uint8Array,
  side: Side,
  options: Partial<frames.FrameOptions> = {},
): Fate {
  const ends = { to: OWN[side], from: HOST_STATION };
  const octets = frames.withRoom(frames.ethernetFrame({ ...ends, ...options }, datagram));
  const first = legalPorts.bind(undefined, model.state, datagram[9] === 6 ? 2 : 0);
  return model.translate({ octets, side, inside: true }, (internal) => first(internal)[0]);
}

function hear(model: Model, side: Side, address: string, station: string): void {
  const target = { address: side === Side.Internal ? R : E };
  const frame = frames.arpFrame({ operation: frames.REPLY, sender: { station, address }, target });
  const fate = model.translate({ octets: frames.withRoom(frame), side, inside: true }, never);
  assert.equal(fate, { outcome: Outcome.ArpHeard });
}

function left(fate: Fate): Leaving {
  assert.ok(leaves(fate), Outcome[fate.outcome]);
  return fate as Leaving;
}

function never(): never {
  throw new Error("No mapping is made here.");
}
