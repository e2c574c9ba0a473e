import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allSumsAreRight, checksumsOf, internetChecksum, onesComplementSum } from "./checksum.ts";
import { fromHex } from "./octets.ts";
import { icmpError, icmpQuery, tcpPacket, udpPacket } from "./packets.ts";

const checksum = suite("checksum oracle");

const UDP = { from: "10.0.0.2:1234", to: "198.51.100.10:7000", payload: "hello" };

checksum("adds the example of RFC 1071 §3", () => {
  assert.is(onesComplementSum(fromHex("0001 f203 f4f5 f6f7")), 0xddf2);
});

checksum("pads an odd last octet with zero", () => {
  assert.is(onesComplementSum(fromHex("0001f2")), onesComplementSum(fromHex("0001f200")));
});

checksum("agrees with a header taken from a real packet", () => {
  const header = fromHex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
  assert.is(onesComplementSum(header), 0xffff);
  header.fill(0, 10, 12);
  assert.is(internetChecksum(header), 0xb861);
});

checksum("does not depend on the order of words", () => {
  const words = fc.array(fc.nat(0xffff), { maxLength: 40 });
  const sumOf = (list: number[]): number =>
    onesComplementSum(Uint8Array.from(list.flatMap((word) => [word >>> 8, word & 0xff])));
  const property = fc.property(words, (list) => sumOf(list) === sumOf(list.toReversed()));
  fc.assert(property, { seed: 1 });
});

checksum("finds the checksums of built packets right", () => {
  assert.ok(allSumsAreRight(udpPacket(UDP)));
  assert.ok(allSumsAreRight(tcpPacket({ ...UDP, tcpOptions: fromHex("020405b4") })));
  assert.ok(allSumsAreRight(icmpQuery({ ...UDP, payload: "odd" })));
  assert.ok(allSumsAreRight(udpPacket({ ...UDP, ipOptions: fromHex("94040000"), padding: 7 })));
  const error = icmpError({ from: "192.0.2.1", to: "10.0.0.2", about: udpPacket(UDP) });
  assert.equal(checksumsOf(error), {
    header: "right",
    transport: "right",
    embeddedHeader: "right",
    embeddedTransport: "right",
  });
});

checksum("finds one wrong bit anywhere in header or segment", () => {
  const packet = tcpPacket(UDP);
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const copy = packet.slice();
    copy[bit >>> 3]! ^= 1 << (bit & 7);
    assert.not(
      Object.values(checksumsOf(copy))
        .slice(0, 2)
        .every((sum) => sum === "right"),
      `${bit}`,
    );
  }
});

checksum("knows a UDP packet without a checksum, and one that is cut short", () => {
  assert.is(checksumsOf(udpPacket({ ...UDP, checksum: 0 })).transport, "absent");
  assert.is(checksumsOf(udpPacket(UDP).slice(0, 30)).transport, "absent");
});

checksum("tells a message of zeros from one whose sum is right", () => {
  const packet = icmpQuery({
    ...UDP,
    type: 0,
    identifier: 0,
    sequence: 0,
    payload: "",
    checksum: 0,
  });
  assert.is(checksumsOf(packet).transport, "zero");
});

checksum.run();
