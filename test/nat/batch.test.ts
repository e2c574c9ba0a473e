import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MAX_BATCH, Outcome, PACKET_AREA, Side, Verdict } from "../../assembly/abi.ts";
import {
  E,
  HOST,
  natWith,
  packetIn,
  packetOut,
  REMOTE,
  sourceOf,
  TestNat,
} from "../support/core.ts";
import { hex, read16 } from "../support/octets.ts";
import { udpPacket } from "../support/packets.ts";

const SLOT = 2048;
const PACKET = udpPacket({ from: HOST, to: REMOTE, payload: "question" });

const batch = suite<{ nat: TestNat }>("batch");

batch.before.each((context) => {
  context.nat = natWith();
});

batch("carries 256 packets, each to its own fate, in order", ({ nat }) => {
  for (let index = 0; index < MAX_BATCH; index++) {
    const from = `10.0.0.2:${5000 + index}`;
    put(nat, index, index * SLOT, udpPacket({ from, to: index % 3 ? REMOTE : "224.0.0.1" }));
  }
  nat.nat.process(MAX_BATCH, 0);

  for (let index = 0; index < MAX_BATCH; index++) {
    assert.is(outcomeOf(nat, index), index % 3 ? "Outbound" : "DestinationAddress");
  }
  const internalPorts = nat.mappings().map(({ internalPort }) => internalPort);
  const forwarded = [...Array(MAX_BATCH).keys()].filter((index) => index % 3);
  assert.equal(
    internalPorts.sort(),
    forwarded.map((index) => 5000 + index),
  );
});

batch("lets a packet use the mapping that one before it made", ({ nat }) => {
  const external = nat.open("udp");
  nat.wait(100_000);
  put(nat, 0, 0, PACKET);
  put(nat, 1, SLOT, udpPacket({ from: REMOTE, to: external }), Side.External);
  nat.nat.process(2, nat.now);

  assert.is(outcomeOf(nat, 1), "Inbound");
});

batch(
  "writes verdict, outcome, side and length into a forwarded packet's descriptor",
  ({ nat }) => {
    put(nat, 0, 0, udpPacket({ from: HOST, to: REMOTE, padding: 18 }));
    nat.nat.process(1, 0);

    assert.equal(
      [...nat.nat.descriptors.slice(0, 4)],
      [0, 28, Side.External, Verdict.Forward | (Outcome.Outbound << 8)],
    );
  },
);

batch("writes the outcome alone into a dropped packet's descriptor", ({ nat }) => {
  put(nat, 0, 0, PACKET, Side.External);
  nat.nat.process(1, 0);

  assert.equal(
    [...nat.nat.descriptors.slice(0, 4)],
    [0, PACKET.length, Side.External, Verdict.Drop | (Outcome.NotExternalAddress << 8)],
  );
});

batch("cuts link padding off by the length alone", ({ nat }) => {
  const packet = udpPacket({ from: HOST, to: REMOTE, padding: 18 });
  packet.fill(0xa5, 28);
  const sent = nat.sendOut(packet).packet;

  assert.is(sent.length, 28);
  assert.equal(nat.nat.packets.slice(28, 46), packet.slice(28));
});

for (const count of [257, 300, 0x7fffffff, 0x80000000, 0xffffffff]) {
  batch(`carries 256 packets when asked for ${count}`, ({ nat }) => {
    for (let index = 0; index < MAX_BATCH; index++) put(nat, index, 0, PACKET);
    nat.nat.process(count, 0);

    assert.is(packetsCounted(nat), MAX_BATCH);
  });
}

batch("carries no packet when asked for none", ({ nat }) => {
  put(nat, 0, 0, PACKET);
  nat.nat.process(0, 0);

  assert.is(packetsCounted(nat), 0);
  assert.equal(nat.nat.packets.slice(0, PACKET.length), PACKET);
});

batch("leaves descriptors beyond its count alone", ({ nat }) => {
  put(nat, 0, 0, PACKET);
  put(nat, 1, SLOT, PACKET);
  nat.nat.process(1, 0);

  assert.is(nat.nat.descriptors[7], 0xdeadbeef);
});

batch("takes a packet from any octet of the area", ({ nat }) => {
  const expected = hex(nat.sendOut(PACKET).packet);
  for (const offset of [1, 2, 3, 12_345, PACKET_AREA - SLOT + 7, PACKET_AREA - PACKET.length]) {
    nat.nat.packets.fill(0xa5);
    put(nat, 0, offset, PACKET);
    nat.nat.process(1, 0);

    assert.is(outcomeOf(nat, 0), "Outbound", `offset ${offset}`);
    assert.is(hex(nat.nat.packets.slice(offset, offset + PACKET.length)), expected);
    const others = nat.nat.packets.filter((_, at) => at < offset || at >= offset + PACKET.length);
    assert.ok(
      others.every((octet) => octet === 0xa5),
      `offset ${offset}`,
    );
  }
});

for (const [what, [offset, length, side]] of Object.entries({
  "a packet that ends one octet beyond the area": [
    PACKET_AREA - PACKET.length + 1,
    PACKET.length,
    0,
  ],
  "a packet that begins at the end of the area": [PACKET_AREA, PACKET.length, 0],
  "a packet far beyond the area": [0x7fffffff, PACKET.length, 0],
  "a packet whose end is beyond 2^32": [0xffffffff, PACKET.length, 0],
  "a packet whose end is 2^32": [0x1_0000_0000 - PACKET.length, PACKET.length, 0],
  "a packet that ends inside the area after 2^32": [0xffffffe0, 2048, 0],
  "a packet longer than the area": [0, PACKET_AREA + 1, 0],
  "an empty packet beyond the area": [PACKET_AREA + 1, 0, 0],
  "a packet of 2^32 - 1 octets": [0, 0xffffffff, 0],
  "a packet whose length undoes its offset": [64, 0xffffffc0, 0],
  "a packet from side 2": [0, PACKET.length, 2],
  "a packet from side 2^32 - 1": [0, PACKET.length, 0xffffffff],
  "a packet from side 256": [0, PACKET.length, 256],
})) {
  batch(`drops ${what} as BadDescriptor, unread and unchanged`, ({ nat }) => {
    nat.nat.packets.set(PACKET);
    const before = nat.nat.packets.slice();
    nat.nat.descriptors.set([offset!, length!, side!, 0xdeadbeef]);
    nat.nat.process(1, 0);

    const fate = Verdict.Drop | (Outcome.BadDescriptor << 8);
    assert.equal([...nat.nat.descriptors.slice(0, 4)], [offset, length, side, fate]);
    assert.is(Buffer.compare(nat.nat.packets, before), 0);
  });
}

batch(
  "takes an empty packet at the very end for truncated, not for a bad descriptor",
  ({ nat }) => {
    put(nat, 0, PACKET_AREA, new Uint8Array());
    nat.nat.process(1, 0);

    assert.is(outcomeOf(nat, 0), "Truncated");
  },
);

batch("judges every packet at one reading of the clock", ({ nat }) => {
  const external = nat.open("udp");
  put(nat, 0, 0, packetIn("udp", REMOTE, external), Side.External);
  put(nat, 1, SLOT, packetIn("udp", REMOTE, external), Side.External);
  nat.nat.process(2, 5000);

  assert.equal([outcomeOf(nat, 0), outcomeOf(nat, 1)], ["NoMapping", "NoMapping"]);
});

batch("translates a packet that two descriptors name twice", ({ nat }) => {
  put(nat, 0, 0, packetOut("udp", HOST, REMOTE));
  put(nat, 1, 0, packetOut("udp", HOST, REMOTE));
  nat.nat.process(2, 0);

  assert.equal([outcomeOf(nat, 0), outcomeOf(nat, 1)], ["Outbound", "SourceAddress"]);
  assert.ok(sourceOf(nat.nat.packets).startsWith(E));
  assert.is(read16(nat.nat.packets, 2), 28);
});

batch.run();

function put(
  nat: TestNat,
  index: number,
  at: number,
  packet: Uint8Array,
  side = Side.Internal,
): void {
  nat.nat.packets.set(packet, at);
  nat.nat.descriptors.set([at, packet.length, side, 0xdeadbeef], index * 4);
}

function outcomeOf(nat: TestNat, index: number): string {
  return Outcome[nat.nat.descriptors[index * 4 + 3]! >>> 8]!;
}

function packetsCounted(nat: TestNat): number {
  return Object.values(nat.nat.counters()).reduce((sum, count) => sum + count, 0);
}
