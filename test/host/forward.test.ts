import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { FileDevice } from "../../host/file-device.ts";
import { BATCH, Forwarder } from "../../host/forward.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { udpPacket } from "../support/packets.ts";
import { withBegunChecksum } from "../support/virtio.ts";
import { MemoryDevice } from "./memory-device.ts";

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
  context.forwarder = forwarderOf(context);
});

function forwarderOf({ nat, internal, external }: Omit<Context, "forwarder">): Forwarder {
  return new Forwarder(nat, { now: () => 1000 }, [
    new FileDevice(internal, nat, Side.Internal),
    new FileDevice(external, nat, Side.External),
  ]);
}

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
    { received: 3, sent: 0, lost: 0, unresolved: 0 },
    { received: 0, sent: 1, lost: 2, unresolved: 0 },
  ]);
});

forward("carries packets of any length, as many as there is room for", (context) => {
  const { internal, external, forwarder } = context;
  const payload = new Uint8Array(65535 - 28);
  for (let port = 1; port <= 20; port++) {
    internal.waiting.push(udpPacket({ from: `10.0.0.2:${port}`, to: "198.51.100.10:53", payload }));
  }
  let carried = 0;
  while (internal.waiting.length > 0) carried += forwarder.forward();

  assert.is(carried, 20);
  assert.is(external.written.length, 20);
  assert.ok(external.written.every((packet) => packet.length === 65535));
});

forward("carries virtio headers along with their packets", ({ internal, external }) => {
  const nat = createNat({ externalAddress: "203.0.113.1", virtioHeader: true });
  const forwarder = forwarderOf({ nat, internal, external });
  const begun = withBegunChecksum(question(5000), 5, 1200);
  internal.waiting.push(begun);
  forwarder.forward();

  const from = `203.0.113.1:${externalPort(nat, 5000)}`;
  const expected = udpPacket({ from, to: "198.51.100.10:53", payload: "a question" });
  assert.equal(external.written, [withBegunChecksum(expected, 5, 1200)]);
});

forward.run();
