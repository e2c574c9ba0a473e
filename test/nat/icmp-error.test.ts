/** ICMP errors translated (RFC 3022 §4.3, RFC 5508 §4); quoted.test.ts has those that are not. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import * as core from "../support/core.ts";
import { fromHex, hex, write16 } from "../support/octets.ts";
import { icmpError, type ErrorOptions, icmpQuery, tcpPacket } from "../support/packets.ts";

const { E, HOST, LIFETIMES, natWith, OTHER_HOST, packetIn, packetOut, REMOTE, ROUTER } = core;
const PROTOCOLS = core.PROTOCOLS;
const [HOST_ADDRESS, REMOTE_ADDRESS] = ["10.0.0.2", "198.51.100.10"];
const EXTRAS = { payload: "payload", ipOptions: fromHex("94040000"), identification: 0xabcd };
const OUTER = { tos: 0xc0, ttl: 1, identification: 0x1111, ipOptions: fromHex("94040000") };

const error = suite<{ nat: core.TestNat }>("ICMP error");

error.before.each((context) => {
  context.nat = natWith();
});

for (const protocol of PROTOCOLS) {
  // RFC 5508 REQ-4: the host sees the error about the packet that it sent.
  error(`about outbound ${protocol} reaches the host, as if about its own packet`, ({ nat }) => {
    const sent = packetOut(protocol, HOST, REMOTE, EXTRAS);
    const about = nat.sendOut(sent).packet;

    for (const type of [3, 11, 12]) {
      const fate = nat.sendIn(icmpError({ ...OUTER, from: ROUTER, to: E, about, type }));
      assert.is(fate.outcome, "Inbound");
      assert.is(fate.side, Side.Internal);
      assertIs(fate.packet, { ...OUTER, from: ROUTER, to: HOST_ADDRESS, about: sent, type });
    }
  });

  // RFC 5508 REQ-5: the remote host sees the error about the packet that it sent.
  error(
    `about inbound ${protocol} reaches the remote host, from the external address`,
    ({ nat }) => {
      const sent = packetIn(protocol, REMOTE, nat.open(protocol), EXTRAS);
      const about = nat.sendIn(sent).packet;

      for (const from of [HOST_ADDRESS, "10.9.9.9"]) {
        const fate = nat.sendOut(icmpError({ ...OUTER, from, to: REMOTE_ADDRESS, about }));
        assert.is(fate.outcome, "Outbound");
        assert.is(fate.side, Side.External);
        assertIs(fate.packet, { ...OUTER, from: E, to: REMOTE_ADDRESS, about: sent });
      }
    },
  );

  // RFC 792: 8 octets are all that every error quotes; of TCP that is less than the checksum.
  error(`quoting 8 octets of ${protocol} is translated, in either direction`, ({ nat }) => {
    const sent = packetOut(protocol, HOST, REMOTE, { payload: "payload" });
    const about = nat.sendOut(sent).packet;
    const inward = nat.sendIn(icmpError({ from: ROUTER, to: E, about, quoted: 28 })).packet;
    assertIs(inward, { from: ROUTER, to: HOST_ADDRESS, about: sent, quoted: 28 });

    const answer = packetIn(protocol, REMOTE, core.sourceOf(about), { payload: "payload" });
    const received = nat.sendIn(answer).packet;
    const back = { from: HOST_ADDRESS, to: REMOTE_ADDRESS, about: received, quoted: 28 };
    assertIs(nat.sendOut(icmpError(back)).packet, { ...back, from: E, about: answer });
  });

  error(`about ${protocol} refreshes nothing, opens nothing and ends nothing`, () => {
    const nat = natWith({ inboundRefresh: true });
    const about = nat.sendOut(packetOut(protocol, HOST, REMOTE)).packet;
    const received = nat.sendIn(packetIn(protocol, REMOTE, core.sourceOf(about))).packet;
    nat.wait(1000);
    const before = nat.state();
    const inward = icmpError({ from: ROUTER, to: E, about });
    const outward = icmpError({ from: HOST_ADDRESS, to: REMOTE_ADDRESS, about: received });

    // RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 5508 REQ-6.
    assert.is(nat.sendIn(inward).outcome, "Inbound");
    assert.is(nat.sendOut(outward).outcome, "Outbound");
    assert.equal(nat.state(), before);
  });

  error(`about ${protocol} finds no mapping that has expired`, ({ nat }) => {
    const about = nat.sendOut(packetOut(protocol, HOST, REMOTE)).packet;
    const received = nat.sendIn(packetIn(protocol, REMOTE, core.sourceOf(about))).packet;
    nat.wait(LIFETIMES.udp);

    assert.is(nat.sendIn(icmpError({ from: ROUTER, to: E, about })).outcome, "NoMapping");
    const outward = icmpError({ from: HOST_ADDRESS, to: REMOTE_ADDRESS, about: received });
    assert.is(nat.sendOut(outward).outcome, "NoMapping");
  });
}

for (const protocol of ["udp", "tcp"] as const) {
  // RFC 5508 REQ-7.
  error(`about hairpin ${protocol} reaches the sender, from the external address`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    const sent = packetOut(protocol, HOST, target, EXTRAS);
    const about = nat.sendOut(sent).packet;

    for (const quoted of [32, about.length]) {
      const fate = nat.sendOut(icmpError({ from: "10.0.0.3", to: E, about, quoted }));
      assert.is(fate.outcome, "Hairpin");
      assert.is(fate.side, Side.Internal);
      assertIs(fate.packet, { from: E, to: HOST_ADDRESS, about: sent, quoted });
    }
  });

  error(`about ${protocol} sent to oneself reaches oneself`, ({ nat }) => {
    const sent = packetOut(protocol, HOST, nat.open(protocol));
    const about = nat.sendOut(sent).packet;

    const fate = nat.sendOut(icmpError({ from: HOST_ADDRESS, to: E, about }));
    assert.is(fate.outcome, "Hairpin");
    assertIs(fate.packet, { from: E, to: HOST_ADDRESS, about: sent });
  });

  error(`about hairpin ${protocol} needs both mappings`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    const about = nat.sendOut(packetOut(protocol, HOST, target)).packet;
    // The sender's mapping is kept, the target's expires; then the other way round.
    nat.wait(3000).sendOut(packetOut(protocol, HOST, REMOTE));
    nat.wait(LIFETIMES.udp - 3000);
    const withoutTarget = icmpError({ from: "10.0.0.3", to: E, about });
    assert.is(nat.sendOut(withoutTarget).outcome, "NoMapping");

    nat.sendOut(packetOut(protocol, OTHER_HOST, REMOTE));
    nat.wait(3000);
    assert.is(nat.sendOut(withoutTarget).outcome, "NoMapping");
  });
}

// RFC 4884 §4: the quoted datagram's length is told, and something else follows it.
error("keeps the extension that follows the quoted datagram", ({ nat }) => {
  const extension = fromHex("20000000 000c0101 00012345 ffffffff");
  const sent = tcpPacket({ from: HOST, to: REMOTE, flags: "SYN" });
  const about = nat.sendOut(sent).packet;
  // With 8 octets of TCP, its checksum would lie inside the extension.
  for (const [quoted, lengthWords] of [
    [28, 7],
    [40, 10],
  ] as const) {
    const options = { from: ROUTER, to: E, about, quoted, lengthWords, extension };
    const { packet } = nat.sendIn(icmpError(options));
    assertIs(packet, { ...options, to: HOST_ADDRESS, about: sent });
  }
});

error("keeps an extension that no length announces", ({ nat }) => {
  const extension = fromHex("20000000 000c0101 00012345 ffffffff");
  const sent = tcpPacket({ from: HOST, to: REMOTE, flags: "SYN" });
  const about = nat.sendOut(sent).packet;

  const { packet } = nat.sendIn(icmpError({ from: ROUTER, to: E, about, extension }));
  assertIs(packet, { from: ROUTER, to: HOST_ADDRESS, about: sent, extension });
});

error("quoting TCP corrects its checksum as soon as all of it is there", ({ nat }) => {
  const sent = tcpPacket({ from: HOST, to: REMOTE, flags: "SYN" });
  const about = nat.sendOut(sent).packet;
  for (let quoted = 28; quoted <= 40; quoted++) {
    for (const lengthWords of [0, 255]) {
      nat.nat.packets.fill(0xa5);
      const options = { from: ROUTER, to: E, about, quoted, lengthWords };
      const { packet } = nat.sendIn(icmpError(options));
      // With the checksum's first octet alone, that octet stays as it came.
      const expected = quoted === 37 ? sent.with(36, about[36]!) : sent;
      assertIs(packet, { ...options, to: HOST_ADDRESS, about: expected });
      assert.is(nat.nat.packets[packet.length], 0xa5, `${quoted} octets`);
    }
  }
});

error("takes octets after the quoted datagram's own end for no part of it", ({ nat }) => {
  // A datagram that ends after 12 octets of TCP: what lies where its checksum would be is padding.
  const sent = tcpPacket({ from: HOST, to: REMOTE, flags: "SYN", totalLength: 32 });
  const translated = tcpPacket({
    from: nat.open("tcp"),
    to: REMOTE,
    flags: "SYN",
    totalLength: 32,
  });
  translated.set(sent.slice(32), 32);

  const { packet } = nat.sendIn(icmpError({ from: ROUTER, to: E, about: translated }));
  assertIs(packet, { from: ROUTER, to: HOST_ADDRESS, about: sent });
});

error("quoting the first fragment of a datagram is translated", ({ nat }) => {
  const rest = { ...EXTRAS, fragment: 0x2000 };
  const about = packetOut("udp", nat.open("udp"), REMOTE, rest);

  const { packet } = nat.sendIn(icmpError({ from: ROUTER, to: E, about }));
  assertIs(packet, { from: ROUTER, to: HOST_ADDRESS, about: packetOut("udp", HOST, REMOTE, rest) });
});

// RFC 5508 REQ-3c.
error("keeps a quoted transport checksum as wrong as it was", ({ nat }) => {
  for (const protocol of PROTOCOLS) {
    const sent = packetOut(protocol, HOST, REMOTE, { payload: "payload!" });
    write16(sent, sent.length - 2, 0x1234);
    const about = nat.sendOut(sent).packet;

    const { packet } = nat.sendIn(icmpError({ from: ROUTER, to: E, about }));
    assertIs(packet, { from: ROUTER, to: HOST_ADDRESS, about: sent });
  }
});

error("about a reply or a timestamp is translated by its identifier", ({ nat }) => {
  const identifier = core.portOf(nat.open("icmp"));
  const query = { from: HOST, to: REMOTE, type: 13, identifier: 5000 };
  const about = icmpQuery({ ...query, from: E, identifier });
  const { packet } = nat.sendIn(icmpError({ from: ROUTER, to: E, about }));
  assertIs(packet, { from: ROUTER, to: HOST_ADDRESS, about: icmpQuery(query) });

  const reply = { from: REMOTE, to: HOST, type: 14, identifier: 5000 };
  const outward = { from: HOST_ADDRESS, to: REMOTE_ADDRESS, about: icmpQuery(reply) };
  const expected = icmpQuery({ ...reply, to: E, identifier });
  assertIs(nat.sendOut(icmpError(outward)).packet, { ...outward, from: E, about: expected });
});

error.run();

function assertIs(packet: Uint8Array, expected: ErrorOptions): void {
  assert.is(hex(packet), hex(icmpError(expected)));
}
