/** ICMP errors that are dropped for what they quote (docs/behaviour.md §7), in the order of the checks. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../support/core.ts";
import { hex } from "../support/octets.ts";
import * as packets from "../support/packets.ts";

const { E, HOST, natWith, OTHER_HOST, packetIn, packetOut, REMOTE, ROUTER } = core;
const { icmpError, icmpQuery, tcpPacket, udpPacket } = packets;
const STRANGE = "192.0.2.99:9";

/** What an error from the external side quotes; the external endpoint is known when a test runs. */
type Quoting = (external: string) => Partial<packets.ErrorOptions> & { about: Uint8Array };

const udp = (from: string, rest: Partial<packets.UdpOptions> = {}): Uint8Array =>
  udpPacket({ from, to: REMOTE, ...rest });

const INBOUND: [outcome: string, what: string, quoting: Quoting][] = [
  [
    "IcmpChecksum",
    "a wrong checksum over nothing",
    () => ({ about: udp(HOST), quoted: 0, checksum: 1 }),
  ],
  ["IcmpChecksum", "a wrong checksum", (e) => ({ about: udp(e), checksum: 0x1234 })],
  ["IcmpChecksum", "a checksum of 0", (e) => ({ about: udp(e), checksum: 0 })],
  ["EmbeddedHeader", "nothing", (e) => ({ about: udp(e), quoted: 0 })],
  ["EmbeddedHeader", "19 octets", (e) => ({ about: udp(e), quoted: 19 })],
  ["EmbeddedHeader", "a header alone", (e) => ({ about: udp(e), quoted: 20 })],
  ["EmbeddedHeader", "7 octets of transport", (e) => ({ about: udp(e), quoted: 27 })],
  [
    "EmbeddedHeader",
    "7 octets after options",
    (e) => ({
      about: udp(e, { ipOptions: new Uint8Array(4).fill(1) }),
      quoted: 31,
    }),
  ],
  [
    "EmbeddedHeader",
    "less than it has, by RFC 4884's length",
    (e) => ({ about: udp(e), lengthWords: 6 }),
  ],
  [
    "EmbeddedHeader",
    "less than RFC 4884's length, and too little",
    (e) => ({ about: udp(e), quoted: 27, lengthWords: 255 }),
  ],
  ["EmbeddedHeader", "IP version 6", (e) => ({ about: udp(e, { version: 6 }) })],
  ["EmbeddedHeader", "an IHL of 4", (e) => ({ about: udp(e, { ihl: 4 }) })],
  ["EmbeddedHeader", "an IHL beyond the quotation", (e) => ({ about: udp(e, { ihl: 15 }) })],
  ["EmbeddedHeader", "a total length of 27", (e) => ({ about: udp(e, { totalLength: 27 }) })],
  ["EmbeddedHeader", "a total length of 0", (e) => ({ about: udp(e, { totalLength: 0 }) })],
  [
    "EmbeddedHeader",
    "a wrong header checksum",
    (e) => ({
      about: udp(e, { headerChecksum: 0x1234, fragment: 1 }),
    }),
  ],
  [
    "EmbeddedFragment",
    "a later fragment",
    (e) => ({ about: udp(e, { fragment: 0x2001, protocol: 2 }) }),
  ],
  ["EmbeddedFragment", "the last fragment", (e) => ({ about: udp(e, { fragment: 0x1fff }) })],
  ["EmbeddedProtocol", "GRE", () => ({ about: udp(STRANGE, { protocol: 47 }) })],
  [
    "EmbeddedProtocol",
    "an ICMP error",
    () => ({ about: icmpQuery({ from: HOST, to: REMOTE, type: 3 }) }),
  ],
  [
    "EmbeddedProtocol",
    "a redirect",
    () => ({ about: icmpQuery({ from: HOST, to: REMOTE, type: 5 }) }),
  ],
  ["EmbeddedAddresses", "another's packet", () => ({ about: udp("203.0.113.2:9") })],
  ["EmbeddedAddresses", "an internal packet", () => ({ about: udp(HOST) })],
  ["NoMapping", "a packet from a port not in use", () => ({ about: udp(`${E}:9`) })],
  ["NoMapping", "a packet from port 0", () => ({ about: udp(`${E}:0`) })],
  [
    "NoMapping",
    "a packet of another protocol",
    (e) => ({ about: tcpPacket({ from: e, to: REMOTE }) }),
  ],
];

const quoted = suite<{ nat: core.TestNat }>("ICMP error from the external side");

quoted.before.each((context) => {
  context.nat = natWith();
});

for (const [outcome, what, quoting] of INBOUND) {
  quoted(`is dropped as ${outcome} when it has or quotes ${what}`, ({ nat }) => {
    const external = nat.open("udp");
    const before = nat.state();
    const packet = icmpError({ from: ROUTER, to: E, ...quoting(external) });

    assert.is(nat.sendIn(packet).outcome, outcome);
    assert.is(hex(nat.nat.packets.slice(0, packet.length)), hex(packet));
    assert.equal(nat.state(), before);
  });
}

quoted("is checked to its last octet, be their number odd", ({ nat }) => {
  const about = udp(nat.open("udp"), { payload: "odd" });
  const packet = icmpError({ from: ROUTER, to: E, about });

  assert.is(nat.sendIn(packet).outcome, "Inbound");
  packet[packet.length - 1]! ^= 1;
  assert.is(nat.sendIn(packet).outcome, "IcmpChecksum");
});

quoted("is checked without the link padding behind it", ({ nat }) => {
  const packet = icmpError({ from: ROUTER, to: E, about: udp(nat.open("udp")), padding: 5 });
  packet.fill(0xa5, packet.length - 5);

  assert.is(nat.sendIn(packet).outcome, "Inbound");
});

quoted("quotes what is there when RFC 4884's length says more", ({ nat }) => {
  const about = udp(nat.open("udp"));

  const packet = icmpError({ from: ROUTER, to: E, about, lengthWords: 255 });
  assert.is(nat.sendIn(packet).outcome, "Inbound");
});

quoted("may come from any router, for it is about a packet that went out", ({ nat }) => {
  const about = udp(nat.open("udp"));
  for (const from of ["192.0.2.1", "198.51.100.10", "8.8.8.8"]) {
    assert.is(nat.sendIn(icmpError({ from, to: E, about })).outcome, "Inbound");
  }
});

quoted.run();

const outward = suite<{ nat: core.TestNat }>("ICMP error from the internal side");

outward.before.each((context) => {
  context.nat = natWith();
});

outward("is dropped unless it goes to the sender of the packet it is about", ({ nat }) => {
  const about = nat.sendIn(packetIn("udp", REMOTE, nat.open("udp"))).packet;

  const astray = icmpError({ from: "10.0.0.2", to: "192.0.2.1", about });
  assert.is(nat.sendOut(astray).outcome, "EmbeddedAddresses");
});

outward("is dropped when it is about a packet to no mapping", ({ nat }) => {
  nat.open("udp");
  for (const to of ["10.0.0.2:5001", OTHER_HOST, "10.0.0.2:0", "0.0.0.0:0", `${E}:5000`, REMOTE]) {
    const about = udpPacket({ from: REMOTE, to });
    const packet = icmpError({ from: "10.0.0.2", to: "198.51.100.10", about });
    assert.is(nat.sendOut(packet).outcome, "NoMapping", to);
  }
});

outward("is dropped when it is about a query through a hairpin", ({ nat }) => {
  const about = icmpQuery({ from: nat.open("icmp"), to: OTHER_HOST });

  const packet = icmpError({ from: "10.0.0.3", to: E, about });
  assert.is(nat.sendOut(packet).outcome, "EmbeddedProtocol");
});

outward("is dropped for what it quotes like one from the external side", ({ nat }) => {
  nat.open("udp");
  const about = (rest: Partial<packets.UdpOptions>): Uint8Array =>
    packetIn("udp", REMOTE, HOST, rest);
  for (const [outcome, options] of [
    ["IcmpChecksum", { about: about({}), checksum: 0x1234 }],
    ["EmbeddedHeader", { about: about({}), quoted: 27 }],
    ["EmbeddedHeader", { about: about({ headerChecksum: 0x1234 }) }],
    ["EmbeddedFragment", { about: about({ fragment: 1 }) }],
    ["EmbeddedProtocol", { about: about({ protocol: 47 }) }],
  ] as const) {
    const packet = icmpError({ from: "10.0.0.2", to: "198.51.100.10", ...options });
    assert.is(nat.sendOut(packet).outcome, outcome);
  }
});

outward(
  "to the external address is dropped unless the quoted source is that address",
  ({ nat }) => {
    nat.open("udp", OTHER_HOST);
    const about = packetOut("udp", HOST, OTHER_HOST);

    const packet = icmpError({ from: "10.0.0.3", to: E, about });
    assert.is(nat.sendOut(packet).outcome, "EmbeddedAddresses");
  },
);

outward.run();
