/** The checks of docs/behaviour.md §2, each on a packet that also fails the checks after it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Outcome, Side } from "../../assembly/abi.ts";
import { E, HOST, natWith, packetOut, portOf, REMOTE, TestNat } from "../support/core.ts";
import { hex } from "../support/octets.ts";
import * as packets from "../support/packets.ts";

const { icmpQuery, ipv4Packet, tcpPacket, udpPacket, UDP, TCP, ICMP } = packets;
const NETWORK = { internalNetwork: "10.0.0.0/24" };

type Name = keyof typeof Outcome;
type Options = Partial<packets.UdpOptions>;

const out = (options: Options): Uint8Array => udpPacket({ from: HOST, to: REMOTE, ...options });
const inward = (options: Options): Uint8Array =>
  udpPacket({ from: REMOTE, to: `${E}:9`, ...options });
const payload = (protocol: number, octets: number): Uint8Array =>
  ipv4Packet({ from: HOST, to: REMOTE }, protocol, new Uint8Array(octets));

const DROPS: [Name, what: string, packet: Uint8Array][] = [
  ["Truncated", "no octets at all", new Uint8Array()],
  ["Truncated", "19 octets", out({ version: 6 }).slice(0, 19)],
  ["NotIpv4", "version 6", out({ version: 6, ihl: 4 })],
  ["NotIpv4", "version 5", out({ version: 5, totalLength: 9 })],
  ["NotIpv4", "20 zeros", new Uint8Array(20)],
  ["HeaderLength", "an IHL of 4", out({ ihl: 4, totalLength: 9 })],
  ["HeaderLength", "an IHL of 0", out({ ihl: 0, totalLength: 9 })],
  ["TotalLength", "a total length below 20", out({ totalLength: 19, headerChecksum: 0 })],
  ["TotalLength", "a total length below the header's", out({ ihl: 6, totalLength: 23 })],
  ["TotalLength", "a total length above the octets", out({ totalLength: 29, headerChecksum: 0 })],
  ["TotalLength", "a total length of 65535", out({ totalLength: 65535, headerChecksum: 0 })],
  ["TotalLength", "a header longer than the packet", out({ ihl: 15, headerChecksum: 0 })],
  ["HeaderChecksum", "a wrong header checksum", out({ headerChecksum: 0x1234, fragment: 1 })],
  ["Fragment", "the first fragment", out({ from: "127.0.0.1", fragment: 0x2000 })],
  ["Fragment", "the second 8 octets", out({ from: "127.0.0.1", fragment: 1 })],
  ["Fragment", "the last 8 octets", out({ from: "127.0.0.1", fragment: 0x1fff })],
  ["SourceAddress", "a source in 0/8", out({ from: "0.0.0.2", to: "224.0.0.1" })],
  ["SourceAddress", "a loopback source", out({ from: "127.0.0.1", to: "224.0.0.1" })],
  ["SourceAddress", "a multicast source", out({ from: "224.0.0.1", to: "224.0.0.1" })],
  ["SourceAddress", "a broadcast source", out({ from: "255.255.255.255", to: "0.0.0.0" })],
  ["SourceAddress", "the external address as source", out({ from: `${E}:9`, to: "0.0.0.0" })],
  ["SourceAddress", "a source outside the network", out({ from: "10.0.1.2:9", to: "0.0.0.0" })],
  ["SourceAddress", "the network's first address", out({ from: "10.0.0.0:9", to: "0.0.0.0" })],
  ["SourceAddress", "the network's last address", out({ from: "10.0.0.255:9", to: "0.0.0.0" })],
  ["DestinationAddress", "a destination in 0/8", out({ to: "0.0.0.1", protocol: 2 })],
  ["DestinationAddress", "a loopback destination", out({ to: "127.0.0.1", protocol: 2 })],
  ["DestinationAddress", "a multicast destination", out({ to: "224.0.0.1", protocol: 2 })],
  ["DestinationAddress", "the broadcast address", out({ to: "255.255.255.255", protocol: 2 })],
  [
    "DestinationAddress",
    "a destination inside the network",
    out({ to: "10.0.0.3:9", protocol: 2 }),
  ],
  ["UnsupportedProtocol", "IGMP", payload(2, 0)],
  ["UnsupportedProtocol", "SCTP", payload(132, 20)],
  ["TransportTruncated", "7 octets of UDP", payload(UDP, 7)],
  ["TransportTruncated", "7 octets of ICMP", payload(ICMP, 7)],
  ["TransportTruncated", "19 octets of TCP", payload(TCP, 19)],
  ["UdpLength", "a UDP length of 7", out({ udpLength: 7 })],
  ["UdpLength", "a UDP length above the payload's", out({ payload: "hi", udpLength: 11 })],
  ["UdpLength", "a UDP length that only padding fills", out({ udpLength: 9, padding: 9 })],
  ["TcpOffset", "a TCP offset of 4", tcpPacket({ from: HOST, to: REMOTE, dataOffset: 4 })],
  [
    "TcpOffset",
    "a TCP offset beyond the end",
    tcpPacket({ from: HOST, to: REMOTE, dataOffset: 6 }),
  ],
  ["NotSyn", "a segment of no connection", tcpPacket({ from: HOST, to: REMOTE, flags: "ACK" })],
];

const DROPS_INBOUND: [Name, what: string, packet: Uint8Array][] = [
  ["Fragment", "a fragment", inward({ from: E, fragment: 1 })],
  ["SourceAddress", "a loopback source", inward({ from: "127.0.0.1", to: REMOTE })],
  ["SourceAddress", "the external address as source", inward({ from: `${E}:9`, to: REMOTE })],
  ["SourceAddress", "a source inside the network", inward({ from: "10.0.0.3:9", to: REMOTE })],
  ["SourceAddress", "the network's last address", inward({ from: "10.0.0.255:9", to: REMOTE })],
  ["NotExternalAddress", "another destination", inward({ to: "203.0.113.2", protocol: 2 })],
  ["UnsupportedProtocol", "IGMP", inward({ protocol: 2 })],
  ["UdpLength", "a UDP length of 7", inward({ udpLength: 7 })],
  ["NoMapping", "a port that is not in use", inward({})],
];

const checks = suite<{ nat: TestNat }>("packet checks");

checks.before.each((context) => {
  context.nat = natWith(NETWORK);
});

for (const [outcome, what, packet] of DROPS) {
  checks(`drop ${what} as ${outcome}`, ({ nat }) => {
    assert.is(nat.sendOut(packet).outcome, outcome);
  });
}

for (const [outcome, what, packet] of DROPS_INBOUND) {
  checks(`drop ${what} as ${outcome} from the external side`, ({ nat }) => {
    assert.is(nat.sendIn(packet).outcome, outcome);
  });
}

checks("leave octets, length, side and state of a dropped packet as they were", ({ nat }) => {
  nat.open("udp");
  nat.wait(1000);
  const before = nat.state();
  const drops: [Side, Uint8Array][] = [
    ...DROPS.map(([, , packet]): [Side, Uint8Array] => [Side.Internal, packet]),
    ...DROPS_INBOUND.map(([, , packet]): [Side, Uint8Array] => [Side.External, packet]),
  ];
  for (const [side, packet] of drops) {
    const { outcome } = side === Side.Internal ? nat.sendOut(packet) : nat.sendIn(packet);
    assert.is(hex(nat.nat.packets.slice(0, packet.length)), hex(packet), outcome);
    assert.equal([...nat.nat.descriptors.slice(0, 3)], [0, packet.length, side], outcome);
    assert.equal(nat.state(), before, outcome);
  }
});

checks("count every outcome", ({ nat }) => {
  const expected = new Map<string, number>();
  for (const [outcome, , packet] of DROPS) {
    nat.sendOut(packet);
    expected.set(outcome, (expected.get(outcome) ?? 0) + 1);
  }

  for (const [outcome, count] of Object.entries(nat.nat.counters())) {
    assert.is(count, expected.get(outcome) ?? 0, outcome);
  }
});

checks("drop the external address as source also when the network is not known", () => {
  assert.is(natWith().sendOut(out({ from: `${E}:9` })).outcome, "SourceAddress");
});

checks("let any host and destination pass when the network is not known", () => {
  const nat = natWith();
  for (const from of ["10.0.1.2:5000", "192.168.0.255:5000", "1.0.0.0:5000", "223.255.255.255:1"]) {
    assert.is(nat.sendOut(out({ from })).outcome, "Outbound", from);
  }
  assert.is(nat.sendOut(out({ to: "10.0.0.3:9" })).outcome, "Outbound");
});

checks("let the network's second and last but one address pass", ({ nat }) => {
  for (const from of ["10.0.0.1:5000", "10.0.0.254:5000"]) {
    assert.is(nat.sendOut(out({ from })).outcome, "Outbound", from);
  }
});

checks("let the flags pass that make no fragment", ({ nat }) => {
  for (const fragment of [0x0000, 0x4000, 0x8000, 0xc000]) {
    assert.is(nat.sendOut(out({ fragment })).outcome, "Outbound");
  }
});

checks("let the shortest packet of each protocol pass, and the longest", ({ nat }) => {
  for (const protocol of ["udp", "icmp", "tcp"] as const) {
    const shortest = packetOut(protocol, HOST, REMOTE);
    const longest = packetOut(protocol, HOST, REMOTE, {
      payload: new Uint8Array(65535 - shortest.length),
    });
    assert.is(longest.length, 65535);
    for (const packet of [shortest, longest]) assert.is(nat.sendOut(packet).outcome, "Outbound");
  }
});

checks("let a UDP datagram pass that is shorter than the IP payload", ({ nat }) => {
  assert.is(nat.sendOut(out({ payload: "hi", udpLength: 8 })).outcome, "Outbound");
});

checks("let TCP options pass that fill the segment", ({ nat }) => {
  const tcpOptions = new Uint8Array(40).fill(1);
  const packet = tcpPacket({ from: HOST, to: REMOTE, flags: "SYN", tcpOptions });
  assert.is(nat.sendOut(packet).outcome, "Outbound");
});

// RFC 5508 REQ-1: queries are translated; RFC 792 errors are too, here with nothing quoted.
checks("let ICMP types pass that are translated in their direction, and no others", ({ nat }) => {
  const external = nat.open("icmp");
  for (let type = 0; type < 256; type++) {
    const error = [3, 11, 12].includes(type) ? "EmbeddedHeader" : "IcmpType";
    const other = type === 8 ? "Echo" : error;
    const query = icmpQuery({ from: HOST, to: REMOTE, type, identifier: 5000 });
    const answer = icmpQuery({ from: REMOTE, to: E, type, identifier: portOf(external) });
    assert.is(nat.sendOut(query).outcome, [8, 13].includes(type) ? "Outbound" : error, `${type}`);
    assert.is(nat.sendIn(answer).outcome, [0, 14].includes(type) ? "Inbound" : other, `${type}`);
  }
});

checks.run();
