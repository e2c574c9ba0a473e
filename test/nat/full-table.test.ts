/** A packet whose mapping would have to stand in two buckets that are both full. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, PACKET_AREA, Protocol, Side } from "../../assembly/abi.ts";
import { createNat } from "../../host/nat.ts";
import { E, K0, K1, SEED, freshCore } from "../support/core.ts";
import { udpPacket } from "../support/packets.ts";

const BUCKETS = 1n << 14n;
const SLOTS = 8;
const ENDPOINTS_OF_UDP = 16384 * SLOTS * 8;

const fullTable = suite("a full pair of buckets");

fullTable("drops the packet with EndpointTableFull, and changes nothing", () => {
  const nat = createNat({ externalAddress: E, seed: SEED });
  const packet = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });
  const buckets = bucketsOf(0x0200000an, 0x8813n);
  const table = endpointTable(nat.packets.buffer);
  for (const bucket of buckets) table.fill(0xff, bucket * SLOTS * 8, (bucket + 1) * SLOTS * 8);
  const before = Buffer.from(table);

  const { outcome } = nat.translate(packet, Side.Internal, 1000);
  assert.is(Outcome[outcome], "EndpointTableFull");
  assert.is(nat.counters().EndpointTableFull, 1);
  assert.ok(before.equals(table));
  assert.equal([...nat.mappings()], []);
});

fullTable("is needed for that: one free slot in either bucket will do", () => {
  for (const which of [0, 1]) {
    const nat = createNat({ externalAddress: E, seed: SEED });
    const packet = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });
    const buckets = bucketsOf(0x0200000an, 0x8813n);
    const table = endpointTable(nat.packets.buffer);
    for (const bucket of buckets) table.fill(0xff, bucket * SLOTS * 8, (bucket + 1) * SLOTS * 8);
    table.fill(0, buckets[which]! * SLOTS * 8, buckets[which]! * SLOTS * 8 + 8);

    assert.is(nat.translate(packet, Side.Internal, 1000).outcome, Outcome.Outbound);
    assert.is([...nat.mappings()].length, 1);
  }
});

/** The two buckets of an endpoint given by its words as they lie in a packet. */
function bucketsOf(address: bigint, port: bigint): [number, number] {
  const key = (address << 16n) | port | (BigInt(Protocol.Udp) << 48n);
  const hash = BigInt.asUintN(64, freshCore().digest(key, K0, K1));
  return [Number(hash % BUCKETS), Number((hash >> 32n) % BUCKETS)];
}

/** UDP's part of the endpoint table, which begins where the packets end. */
function endpointTable(memory: ArrayBuffer): Buffer {
  return Buffer.from(memory, 65536 + PACKET_AREA, ENDPOINTS_OF_UDP);
}

fullTable.run();
