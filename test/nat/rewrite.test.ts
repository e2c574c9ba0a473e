/** Checksums at the corners of one's-complement arithmetic, in packets and in quoted ones. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../support/core.ts";
import { hex, read16, write16 } from "../support/octets.ts";
import { icmpError, ICMP, TCP, UDP, withTransportChecksum } from "../support/packets.ts";

const { E, HOST, natWith, packetIn, packetOut, REMOTE, ROUTER } = core;
const FIELD: Record<number, number> = { [ICMP]: 22, [TCP]: 36, [UDP]: 26 };
const PAYLOAD = { payload: new Uint8Array(4) };

const rewritten = suite<{ nat: core.TestNat }>("rewritten checksum");

rewritten.before.each((context) => {
  context.nat = natWith();
});

// RFC 768: zero means that the sender computed none.
rewritten("of UDP stays 0 when it was not sent, in either direction", ({ nat }) => {
  const external = nat.open("udp");
  const none = { checksum: 0 };

  const sent = nat.sendOut(packetOut("udp", HOST, REMOTE, none)).packet;
  assert.is(hex(sent), hex(packetOut("udp", external, REMOTE, none)));
  const received = nat.sendIn(packetIn("udp", REMOTE, external, none)).packet;
  assert.is(hex(received), hex(packetIn("udp", REMOTE, HOST, none)));
});

rewritten("of UDP is ffff when it comes to zero, in either direction", ({ nat }) => {
  const external = nat.open("udp");
  const sent = summingToZero(packetOut("udp", external, REMOTE, PAYLOAD));
  const received = summingToZero(packetIn("udp", REMOTE, HOST, PAYLOAD));
  assert.is(checksumOf(sent), 0xffff);
  assert.is(checksumOf(received), 0xffff);

  const before = { payload: sent.slice(28) };
  assert.is(hex(nat.sendOut(packetOut("udp", HOST, REMOTE, before)).packet), hex(sent));
  const answer = { payload: received.slice(28) };
  assert.is(hex(nat.sendIn(packetIn("udp", REMOTE, external, answer)).packet), hex(received));
});

rewritten("of UDP that arrives as ffff is updated like any other", ({ nat }) => {
  const external = nat.open("udp");
  const packet = summingToZero(packetOut("udp", HOST, REMOTE, PAYLOAD));
  assert.is(checksumOf(packet), 0xffff);

  const expected = packetOut("udp", external, REMOTE, { payload: packet.slice(28) });
  assert.is(hex(nat.sendOut(packet).packet), hex(expected));
});

for (const protocol of ["tcp", "icmp"] as const) {
  rewritten(`of ${protocol} stays 0 when it comes to zero, in either direction`, ({ nat }) => {
    const start = protocol === "tcp" ? 40 : 28;
    const external = nat.open(protocol);
    const sent = summingToZero(packetOut(protocol, external, REMOTE, PAYLOAD));
    const received = summingToZero(packetIn(protocol, REMOTE, HOST, PAYLOAD));
    assert.is(checksumOf(sent), 0);
    assert.is(checksumOf(received), 0);

    const before = { payload: sent.slice(start) };
    assert.is(hex(nat.sendOut(packetOut(protocol, HOST, REMOTE, before)).packet), hex(sent));
    const answer = { payload: received.slice(start) };
    assert.is(hex(nat.sendIn(packetIn(protocol, REMOTE, external, answer)).packet), hex(received));
  });

  rewritten(`of ${protocol} that arrives as 0 is updated like any other`, ({ nat }) => {
    const external = nat.open(protocol);
    const packet = summingToZero(packetOut(protocol, HOST, REMOTE, PAYLOAD));
    assert.is(checksumOf(packet), 0);

    const rest = { payload: packet.slice(protocol === "tcp" ? 40 : 28) };
    const expected = packetOut(protocol, external, REMOTE, rest);
    assert.is(hex(nat.sendOut(packet).packet), hex(expected));
  });
}

rewritten("of the IP header stays 0 when it comes to zero, in either direction", ({ nat }) => {
  const external = nat.open("udp");
  const sent = identifiedForZero((rest) => packetOut("udp", external, REMOTE, rest));
  const received = identifiedForZero((rest) => packetIn("udp", REMOTE, HOST, rest));
  assert.is(read16(sent, 10), 0);
  assert.is(read16(received, 10), 0);

  const before = { identification: read16(sent, 4) };
  assert.is(hex(nat.sendOut(packetOut("udp", HOST, REMOTE, before)).packet), hex(sent));
  const answer = { identification: read16(received, 4) };
  assert.is(hex(nat.sendIn(packetIn("udp", REMOTE, external, answer)).packet), hex(received));
});

rewritten("stays as wrong as it was, for it is not verified", ({ nat }) => {
  for (const protocol of core.PROTOCOLS) {
    const external = nat.open(protocol);
    const right = packetOut(protocol, HOST, REMOTE, PAYLOAD);
    const wrong = right.slice();
    // Other data than the checksum was computed over.
    write16(wrong, wrong.length - 2, 0x1234);

    const expected = packetOut(protocol, external, REMOTE, PAYLOAD);
    write16(expected, expected.length - 2, 0x1234);
    assert.is(hex(nat.sendOut(wrong).packet), hex(expected), protocol);
  }
});

rewritten(
  "of quoted UDP stays 0 when it was not sent, and the message's stays right",
  ({ nat }) => {
    const none = { checksum: 0 };
    const packet = packetOut("udp", HOST, REMOTE, none);
    const about = nat.sendOut(packet).packet;

    const received = nat.sendIn(icmpError({ from: ROUTER, to: E, about })).packet;
    assert.is(hex(received), hex(icmpError({ from: ROUTER, to: "10.0.0.2", about: packet })));
  },
);

rewritten("of quoted UDP is ffff when it comes to zero, and the message's is right", ({ nat }) => {
  nat.open("udp");
  const packet = summingToZero(packetOut("udp", HOST, REMOTE, PAYLOAD));
  const about = nat.sendOut(packet).packet;
  assert.is(checksumOf(packet), 0xffff);

  const received = nat.sendIn(icmpError({ from: ROUTER, to: E, about })).packet;
  assert.is(hex(received), hex(icmpError({ from: ROUTER, to: "10.0.0.2", about: packet })));
});

rewritten("of an error comes to zero and stays 0", ({ nat }) => {
  const packet = packetOut("udp", HOST, REMOTE);
  const about = nat.sendOut(packet).packet;
  // The last two octets of an extension bring the sum of the translated message to zero.
  const extension = new Uint8Array(8);
  const toHost = { from: ROUTER, to: "10.0.0.2", about: packet, lengthWords: 7 };
  write16(extension, 6, checksumOf(icmpError({ ...toHost, extension })));
  const expected = icmpError({ ...toHost, extension });
  assert.is(checksumOf(expected), 0);

  const error = icmpError({ from: ROUTER, to: E, about, lengthWords: 7, extension });
  assert.is(hex(nat.sendIn(error).packet), hex(expected));
});

rewritten.run();

/** `packet`, which ends in a word of payload, with that word chosen to make its sum come to zero. */
function summingToZero(packet: Uint8Array): Uint8Array {
  const copy = packet.slice();
  write16(copy, copy.length - 2, checksumOf(copy));
  return withTransportChecksum(copy);
}

/** The packet with the identification that makes its header checksum come to zero. */
function identifiedForZero(build: (rest: { identification: number }) => Uint8Array): Uint8Array {
  return build({ identification: read16(build({ identification: 0 }), 10) });
}

function checksumOf(packet: Uint8Array): number {
  return read16(packet, FIELD[packet[9]!]!);
}
