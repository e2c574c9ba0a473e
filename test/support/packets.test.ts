import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checksumsOf } from "./checksum.ts";
import { fromHex, hex, read16 } from "./octets.ts";
import { icmpError, icmpQuery, tcpPacket, udpPacket, withHeaderChecksum } from "./packets.ts";
import { Draw } from "./random.ts";

const packets = suite("packet builders");

const FROM = "10.0.0.2:1234";
const TO = "198.51.100.10:7000";

packets("lay out UDP as RFC 791 and RFC 768 draw it", () => {
  const expected = "4500001ebeef4000401147a00a000002c633640a04d21b58000a43076869";
  assert.is(hex(udpPacket({ from: FROM, to: TO, payload: "hi" })), expected);
});

packets("take TCP flags by name or as an octet", () => {
  assert.is(tcpPacket({ from: FROM, to: TO, flags: "SYN ACK" })[33], 0x12);
  assert.is(tcpPacket({ from: FROM, to: TO, flags: 0xc2 })[33], 0xc2);
});

packets("pad IP options to whole words and count them in the IHL", () => {
  const packet = udpPacket({ from: FROM, to: TO, ipOptions: fromHex("940401") });
  assert.is(packet[0], 0x46);
  assert.is(hex(packet.slice(20, 24)), "94040100");
});

packets("tell the lies they are told, with a header checksum over them", () => {
  const packet = udpPacket({ from: FROM, to: TO, totalLength: 999, ihl: 5, udpLength: 7 });
  assert.is(read16(packet, 2), 999);
  assert.is(read16(packet, 24), 7);
  assert.is(checksumsOf(packet).header, "right");
});

packets("keep a wrong header checksum, and can set it right", () => {
  const packet = udpPacket({ from: FROM, to: TO, headerChecksum: 0x1234 });
  assert.is(read16(packet, 10), 0x1234);
  assert.is(checksumsOf(withHeaderChecksum(packet)).header, "right");
});

packets("leave link padding out of the total length", () => {
  const packet = icmpQuery({ from: FROM, to: TO, padding: 18 });
  assert.is(packet.length, 46);
  assert.is(read16(packet, 2), 28);
});

packets("quote as much as they are asked to, with a length and an extension", () => {
  const about = tcpPacket({ from: FROM, to: TO });
  const extension = fromHex("20001234");
  const error = icmpError({ from: TO, to: FROM, about, quoted: 28, lengthWords: 7, extension });
  assert.is(error.length, 20 + 8 + 28 + 4);
  assert.is(error[25], 7);
  assert.equal(error.slice(28, 56), about.slice(0, 28));
});

packets("are drawn alike from the same seed", () => {
  assert.equal(Draw.seeded(7).octets(20), Draw.seeded(7).octets(20));
  assert.not.equal(Draw.seeded(7).octets(20), Draw.seeded(8).octets(20));
});

packets.run();
