import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { E, HOST, natWith, packetIn, portOf, PROTOCOLS, REMOTE } from "../support/core.ts";
import { fromHex, hex } from "../support/octets.ts";
import { icmpQuery, tcpPacket, udpPacket } from "../support/packets.ts";
import { Draw } from "../support/random.ts";

const SEED = 3022;
/** Nothing of this is the NAT's business. */
const EXTRAS = {
  payload: "payload",
  tos: 0xb9,
  ttl: 1,
  identification: 0xabcd,
  fragment: 0x0000,
  ipOptions: fromHex("940400000101"),
};

const inbound = suite("inbound");

inbound("UDP gets the internal destination endpoint, and nothing else changes", () => {
  const nat = natWith();
  const to = nat.open("udp");

  const received = nat.sendIn(udpPacket({ from: REMOTE, to, ...EXTRAS }));
  assert.is(received.outcome, "Inbound");
  assert.is(received.side, Side.Internal);
  assert.is(hex(received.packet), hex(udpPacket({ from: REMOTE, to: HOST, ...EXTRAS })));
});

inbound("TCP gets the internal destination endpoint, and nothing else changes", () => {
  const nat = natWith();
  const to = nat.open("tcp");
  const extras = { ...EXTRAS, flags: 0xd8, tcpOptions: fromHex("020405b40101") };

  const received = nat.sendIn(tcpPacket({ from: REMOTE, to, ...extras }));
  assert.is(received.outcome, "Inbound");
  assert.is(received.side, Side.Internal);
  assert.is(hex(received.packet), hex(tcpPacket({ from: REMOTE, to: HOST, ...extras })));
});

for (const [name, type] of [
  ["echo reply", 0],
  ["timestamp reply", 14],
] as const) {
  inbound(`ICMP ${name} gets address and identifier, and nothing else changes`, () => {
    const nat = natWith();
    const to = nat.open("icmp");
    const reply = { ...EXTRAS, type, sequence: 77 };

    const received = nat.sendIn(icmpQuery({ from: REMOTE, to, identifier: portOf(to), ...reply }));
    const expected = icmpQuery({ from: REMOTE, to: HOST, identifier: 5000, ...reply });
    assert.is(received.outcome, "Inbound");
    assert.is(received.side, Side.Internal);
    assert.is(hex(received.packet), hex(expected));
  });
}

inbound("packets of every shape arrive with right checksums", () => {
  const draw = Draw.seeded(SEED);
  for (const protocol of PROTOCOLS) {
    const nat = natWith();
    for (let round = 0; round < 300; round++) {
      const host = `10.${draw.below(256)}.${draw.below(256)}.${draw.between(1, 254)}:${draw.below(65536)}`;
      const remote = `198.51.${draw.below(100)}.${draw.below(256)}:${draw.below(65536)}`;
      const rest = {
        payload: draw.octets(draw.below(60)),
        ipOptions: new Uint8Array(4 * draw.below(11)).fill(1),
        identification: draw.below(65536),
      };
      const external = nat.open(protocol, host, remote);
      const { packet } = nat.sendIn(packetIn(protocol, remote, external, rest));
      assert.is(hex(packet), hex(packetIn(protocol, remote, host, rest)), `seed ${SEED}`);
    }
  }
});

inbound("packets to a port without mapping are dropped, and make none", () => {
  const nat = natWith();
  for (const protocol of PROTOCOLS) {
    for (const port of [0, 1, 1023, 1024, 65535]) {
      assert.is(nat.sendIn(packetIn(protocol, REMOTE, `${E}:${port}`)).outcome, "NoMapping");
    }
  }
  assert.is(nat.mappings().length, 0);
});

inbound("packets find no mapping of another protocol", () => {
  const nat = natWith({ externalPorts: "40000-40000" });
  nat.open("udp");

  assert.is(nat.sendIn(packetIn("tcp", REMOTE, `${E}:40000`)).outcome, "NoMapping");
  assert.is(nat.sendIn(packetIn("icmp", REMOTE, `${E}:40000`)).outcome, "NoMapping");
});

inbound("ICMP queries are not for internal hosts", () => {
  const nat = natWith();
  const to = nat.open("icmp");

  const query = (type: number) => icmpQuery({ from: REMOTE, to, type, identifier: portOf(to) });
  assert.is(nat.sendIn(query(13)).outcome, "IcmpType");
  assert.is(nat.sendIn(query(8)).outcome, "Echo");
});

inbound.run();
