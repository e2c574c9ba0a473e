import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BATCH, Forwarder, type PacketDevice } from "../../host/forward.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { udpPacket } from "../support/packets.ts";

/** A device whose packets come from one array and go to another. */
class MemoryDevice implements PacketDevice {
  readonly name = "memory";
  readonly waiting: Uint8Array[] = [];
  readonly written: Uint8Array[] = [];
  room = Infinity;

  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    capacity: number,
  ): number {
    const packets = this.waiting.splice(0, count);
    packets.forEach((packet, number) => {
      const at = (first + number) * stride;
      memory.set(packet.subarray(0, capacity), table[at]!);
      table[at + 1] = Math.min(packet.length, capacity + 1);
    });
    return packets.length;
  }

  write(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    entries: Uint32Array,
    count: number,
  ): number {
    const taken = Math.min(count, this.room);
    for (const entry of entries.subarray(0, taken)) {
      const offset = table[entry * stride]!;
      this.written.push(memory.slice(offset, offset + table[entry * stride + 1]!));
    }
    return taken;
  }

  close(): void {}
}

interface Context {
  nat: Nat;
  internal: MemoryDevice;
  external: MemoryDevice;
  forwarder: Forwarder;
}

const forward = suite<Context>("forward");

const question = (port: number): Uint8Array =>
  udpPacket({ from: `10.0.0.2:${port}`, to: "198.51.100.10:53", payload: "a question" });

forward.before.each((context) => {
  context.nat = createNat({ externalAddress: "203.0.113.1", externalPorts: "40000-49999" });
  context.internal = new MemoryDevice();
  context.external = new MemoryDevice();
  const devices = [context.internal, context.external] as const;
  context.forwarder = new Forwarder(context.nat, { now: () => 1000 }, devices);
});

/** Where the mapping of an internal port is. */
function externalPort(nat: Nat, internalPort: number): number {
  for (const mapping of nat.mappings()) {
    if (mapping.internalPort === internalPort) return mapping.externalPort;
  }
  throw new Error(`no mapping of ${internalPort}`);
}

forward("carries nothing when nothing is waiting", ({ forwarder, nat }) => {
  assert.is(forwarder.forward(), 0);
  assert.is(nat.clock, 0);
});

forward(
  "carries packets to the other side, translated",
  ({ nat, internal, external, forwarder }) => {
    internal.waiting.push(question(5000));
    assert.is(forwarder.forward(), 1);

    const port = externalPort(nat, 5000);
    const from = `203.0.113.1:${port}`;
    const expected = udpPacket({ from, to: "198.51.100.10:53", payload: "a question" });
    assert.equal(external.written, [expected]);
    assert.equal(internal.written, []);
  },
);

forward("carries both sides in one batch", ({ nat, internal, external, forwarder }) => {
  internal.waiting.push(question(5000), question(5001));
  forwarder.forward();
  const to = `203.0.113.1:${externalPort(nat, 5001)}`;
  internal.waiting.push(question(5002));
  external.waiting.push(udpPacket({ from: "198.51.100.10:53", to, payload: "an answer" }));

  assert.is(forwarder.forward(), 2);
  assert.is(external.written.length, 3);
  assert.equal(internal.written, [
    udpPacket({ from: "198.51.100.10:53", to: "10.0.0.2:5001", payload: "an answer" }),
  ]);
});

forward("sends a hairpin back where it came from", ({ nat, internal, external, forwarder }) => {
  internal.waiting.push(question(5000));
  forwarder.forward();
  const to = `203.0.113.1:${externalPort(nat, 5000)}`;
  internal.waiting.push(udpPacket({ from: "10.0.0.3:6000", to }));
  forwarder.forward();

  assert.is(internal.written.length, 1);
  assert.is(external.written.length, 1);
});

forward("takes at most a batch of each side", ({ internal, external, forwarder }) => {
  for (let port = 1; port <= BATCH + 5; port++) {
    internal.waiting.push(question(port));
    external.waiting.push(question(port));
  }

  assert.is(forwarder.forward(), 2 * BATCH);
  assert.is(forwarder.forward(), 10);
  assert.is(external.written.length, BATCH + 5);
});

forward("writes nothing that the core drops", ({ nat, internal, external, forwarder }) => {
  internal.waiting.push(question(5000), new Uint8Array(40), question(5001));
  forwarder.forward();

  assert.is(external.written.length, 2);
  assert.is(nat.counters().NotIpv4, 1);
});

forward("counts what the devices took, gave and lost", ({ internal, external, forwarder }) => {
  external.room = 1;
  internal.waiting.push(question(5000), question(5001), question(5002));
  forwarder.forward();

  assert.equal(forwarder.traffic, [
    { received: 3, oversize: 0, sent: 0, lost: 0 },
    { received: 0, oversize: 0, sent: 1, lost: 2 },
  ]);
});

forward(
  "drops what is longer than a slot, and counts it",
  ({ nat, internal, external, forwarder }) => {
    const payload = new Uint8Array(2100);
    internal.waiting.push(udpPacket({ from: "10.0.0.2:1", to: "198.51.100.10:53", payload }));
    internal.waiting.push(question(5000));
    forwarder.forward();

    assert.is(external.written.length, 1);
    assert.is(forwarder.traffic[0].oversize, 1);
    assert.is(nat.counters().BadDescriptor, 1);
  },
);

forward.run();
