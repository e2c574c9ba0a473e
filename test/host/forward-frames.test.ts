/** The packet loop where the NAT is the router: frames, and finding out who is to get them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { askFor, requestFrom } from "../../host/arp.ts";
import { FileDevice } from "../../host/file-device.ts";
import { Forwarder } from "../../host/forward.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { ARP, REPLY, arpFrame, ethernetFrame as frame, partsOf } from "../support/frames.ts";
import { read16 } from "../support/octets.ts";
import { udpPacket } from "../support/packets.ts";
import { finished, virtioHeader, withBegunChecksum } from "../support/virtio.ts";
import { MemoryDevice } from "./memory-device.ts";
import { ROUTER } from "./router-options.ts";

const OWN = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const HOST = "02:00:00:00:00:aa";
const GATEWAY = "02:00:00:00:00:fe";
const NEIGHBOUR = "02:00:00:00:00:bb";

class Context {
  readonly internal = new MemoryDevice();
  readonly external = new MemoryDevice();
  nat!: Nat;
  forwarder!: Forwarder;
  now = 5000;

  constructor(virtio = false) {
    const nat = createNat({ ...ROUTER, externalPorts: "40000-49999", virtioHeader: virtio });
    this.nat = nat;
    this.forwarder = new Forwarder(nat, { now: () => this.now }, [
      new FileDevice(this.internal, nat, Side.Internal),
      new FileDevice(this.external, nat, Side.External),
    ]);
    // The first turn announces the NAT, and asks for the gateway.
    this.forwarder.forward();
  }

  /** Carries `frames` of the internal side, and returns what leaves by the external one. */
  outwards(...frames: Uint8Array[]): Uint8Array[] {
    this.internal.waiting.push(...frames);
    this.external.written.length = 0;
    this.forwarder.forward();
    return this.external.written.slice();
  }

  inwards(...frames: Uint8Array[]): Uint8Array[] {
    this.external.waiting.push(...frames);
    this.internal.written.length = 0;
    this.forwarder.forward();
    return this.internal.written.slice();
  }

  /** Carries nothing, a while later. */
  later(milliseconds: number): Uint8Array[] {
    this.now += milliseconds;
    return this.outwards();
  }
}

const frames = suite<{ lab: Context }>("the packet loop of a router");

frames.before.each((context) => {
  context.lab = new Context();
});

const packet = (to: string, port = 5000): Uint8Array =>
  udpPacket({ from: `10.0.0.2:${port}`, to: `${to}:53`, payload: "a question", ttl: 64 });

const question = (to: string, port?: number): Uint8Array =>
  frame({ to: OWN[0], from: HOST }, packet(to, port));

const answer = (station: string, address: string): Uint8Array =>
  arpFrame({
    operation: REPLY,
    to: OWN[1],
    sender: { station, address },
    target: { station: OWN[1], address: "203.0.113.1" },
  });

const HOST_ASKS = arpFrame({
  sender: { station: HOST, address: "10.0.0.2" },
  target: { address: "10.0.0.1" },
});

/** A request of the NAT for `address`. */
function request(nat: Nat, side: Side, address: string): Uint8Array {
  return askFor(requestFrom(side, nat.settings), addressToWord(address));
}

const isArp = (octets: Uint8Array): boolean => partsOf(octets).type === ARP;

/** Where the only mapping is. */
function onlyPort({ nat }: Context): number {
  const [mapping] = nat.mappings();
  return mapping!.externalPort;
}

frames("announces itself inside, and asks for the gateway outside", ({ lab }) => {
  const { nat, internal, external } = lab;

  assert.equal(internal.written, [request(nat, Side.Internal, "10.0.0.1")]);
  assert.equal(external.written, [request(nat, Side.External, "203.0.113.254")]);
});

frames("sends what is for elsewhere to the gateway, one hop older", ({ lab }) => {
  lab.inwards(answer(GATEWAY, "203.0.113.254"));
  const [sent, ...more] = lab.outwards(question("198.51.100.10"));

  const externalPort = onlyPort(lab);
  const options = { to: "198.51.100.10:53", payload: "a question", ttl: 63 };
  const expected = udpPacket({ ...options, from: `203.0.113.1:${externalPort}` });
  assert.equal(sent, frame({ to: GATEWAY, from: OWN[1] }, expected));
  assert.equal(more, []);
});

frames("sends what is for the link to whom it is for", ({ lab }) => {
  lab.inwards(answer(NEIGHBOUR, "203.0.113.9"));
  const [sent, ...more] = lab.outwards(question("203.0.113.9"));

  assert.is(partsOf(sent!).to, NEIGHBOUR);
  assert.equal(more, []);
});

frames("loses no packet while a next hop answers, and keeps their order", ({ lab }) => {
  const asked = lab.outwards(...[1, 2, 3].map((port) => question("203.0.113.9", port)));
  assert.equal(asked, [request(lab.nat, Side.External, "203.0.113.9")]);
  assert.equal(lab.later(20), []);

  lab.external.waiting.push(answer(NEIGHBOUR, "203.0.113.9"));
  const sent = lab.outwards();
  const ports = [...lab.nat.mappings()].sort((a, b) => a.internalPort - b.internalPort);
  assert.equal(
    sent.map((octets) => read16(partsOf(octets).payload, 20)),
    ports.map(({ externalPort }) => externalPort),
  );
  assert.is(lab.nat.counters().Released, 3);
  assert.equal(
    lab.forwarder.traffic.map(({ unresolved }) => unresolved),
    [0, 0],
  );
});

frames("gives up after a second without an answer, and counts that", ({ lab }) => {
  lab.outwards(question("203.0.113.9"), question("203.0.113.9"));
  lab.later(999);
  assert.is(lab.forwarder.traffic[1].unresolved, 0);
  lab.later(100);
  assert.is(lab.forwarder.traffic[1].unresolved, 2);

  lab.external.waiting.push(answer(NEIGHBOUR, "203.0.113.9"));
  assert.equal(lab.outwards(), []);
});

frames("asks once a second, for as long as packets come", ({ lab }) => {
  lab.inwards(answer(GATEWAY, "203.0.113.254"));
  let asked = 0;
  for (let time = 0; time < 5000; time += 50) {
    lab.now += 50;
    asked += lab.outwards(question("203.0.113.9")).length;
  }

  assert.is(asked, 5);
});

frames("looks after next hops that packets wait for only when it is due", ({ lab }) => {
  lab.outwards(question("203.0.113.9"));
  lab.now += 1500;
  assert.is(lab.forwarder.forward(false), 0);
  assert.is(lab.forwarder.traffic[1].unresolved, 0);

  lab.forwarder.forward(true);
  assert.is(lab.forwarder.traffic[1].unresolved, 1);
});

frames("asks for an internal host, too", ({ lab }) => {
  lab.inwards(answer(GATEWAY, "203.0.113.254"));
  lab.outwards(question("198.51.100.10"));
  const externalPort = onlyPort(lab);
  const reply = udpPacket({ from: "198.51.100.10:53", to: `203.0.113.1:${externalPort}` });
  const asked = lab.inwards(frame({ to: OWN[1], from: GATEWAY }, reply));
  assert.equal(asked, [request(lab.nat, Side.Internal, "10.0.0.2")]);

  lab.internal.waiting.push(
    arpFrame({
      operation: REPLY,
      to: OWN[0],
      sender: { station: HOST, address: "10.0.0.2" },
      target: { station: OWN[0], address: "10.0.0.1" },
    }),
  );
  const [sent] = lab.inwards();
  const expected = udpPacket({ from: "198.51.100.10:53", to: "10.0.0.2:5000", ttl: 63 });
  assert.equal(sent, frame({ to: HOST, from: OWN[0] }, expected));
});

frames("asks for the gateway each second until it answers", ({ lab }) => {
  let asked = 0;
  for (let time = 0; time < 5000; time += 50) asked += lab.later(50).length;
  lab.inwards(answer(GATEWAY, "203.0.113.254"));
  assert.is(asked, 5);

  for (let time = 0; time < 50_000; time += 50) assert.equal(lab.later(50), []);
});

frames("keeps the gateway known", ({ lab }) => {
  let asked = 0;
  for (let minute = 0; minute < 20; minute++) {
    lab.external.waiting.push(answer(GATEWAY, "203.0.113.254"));
    asked += lab.later(60_000).length;
    assert.is(lab.outwards(question("198.51.100.10")).filter(isArp).length, 0);
  }

  assert.is(asked, 20);
});

frames("answers who asks for it", ({ lab }) => {
  lab.internal.waiting.push(HOST_ASKS);
  const expected = arpFrame({
    operation: REPLY,
    to: HOST,
    sender: { station: OWN[0], address: "10.0.0.1" },
    target: { station: HOST, address: "10.0.0.2" },
  });

  assert.equal(lab.inwards(), [expected]);
});

frames("tells a sender whose packet has gone too far, though that is dropped", ({ lab }) => {
  const tired = udpPacket({ from: "10.0.0.2:5", to: "198.51.100.10:53", ttl: 1 });
  const arrived = frame({ to: OWN[0], from: HOST }, tired);
  lab.internal.waiting.push(HOST_ASKS, arrived);
  const [, told] = lab.inwards();

  // Time exceeded (RFC 792), from 10.0.0.1.
  assert.equal([...partsOf(told!).payload.subarray(12, 22)], [10, 0, 0, 1, 10, 0, 0, 2, 11, 0]);
  assert.is(lab.nat.counters().TimeExceeded, 1);
});

frames("carries virtio headers along, and puts one of zeros before a request", () => {
  const lab = new Context(true);
  const header = virtioHeader();
  const asked = Uint8Array.of(...header, ...request(lab.nat, Side.External, "203.0.113.254"));
  assert.equal(lab.external.written, [asked]);

  const begun = withBegunChecksum(packet("198.51.100.10"), 5, 1200);
  // Counted from the Ethernet header on.
  new DataView(begun.buffer).setUint16(6, 20 + 14, true);
  const stations = frame({ to: OWN[0], from: HOST }, new Uint8Array());
  const arrived = Uint8Array.of(...begun.slice(0, 10), ...stations, ...begun.slice(10));
  lab.outwards(arrived);
  lab.external.waiting.push(Uint8Array.of(...header, ...answer(GATEWAY, "203.0.113.254")));
  const [sent] = lab.outwards();

  const again = Uint8Array.of(...sent!.slice(0, 10), ...sent!.slice(24));
  assert.equal(again.slice(0, 6), begun.slice(0, 6));
  new DataView(again.buffer).setUint16(6, 20, true);
  const externalPort = onlyPort(lab);
  const options = { to: "198.51.100.10:53", payload: "a question", ttl: 63 };
  assert.equal(finished(again), udpPacket({ ...options, from: `203.0.113.1:${externalPort}` }));
});

frames.run();
