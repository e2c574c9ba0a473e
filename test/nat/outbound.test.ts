import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { E, HOST, natWith, packetOut, portOf, PROTOCOLS, REMOTE } from "../support/core.ts";
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
  fragment: 0x4000,
  ipOptions: fromHex("940400000101"),
};

const outbound = suite("outbound");

outbound("UDP gets the external source endpoint, and nothing else changes", () => {
  const nat = natWith();
  const from = nat.open("udp");

  const sent = nat.sendOut(udpPacket({ from: HOST, to: REMOTE, ...EXTRAS }));
  assert.is(sent.outcome, "Outbound");
  assert.is(sent.side, Side.External);
  assert.is(hex(sent.packet), hex(udpPacket({ from, to: REMOTE, ...EXTRAS })));
});

outbound("TCP gets the external source endpoint, and nothing else changes", () => {
  const nat = natWith();
  const from = nat.open("tcp");
  const extras = { ...EXTRAS, flags: 0xd8, tcpOptions: fromHex("020405b40101") };

  const sent = nat.sendOut(tcpPacket({ from: HOST, to: REMOTE, ...extras }));
  assert.is(sent.outcome, "Outbound");
  assert.is(sent.side, Side.External);
  assert.is(hex(sent.packet), hex(tcpPacket({ from, to: REMOTE, ...extras })));
});

for (const [name, type] of [
  ["echo", 8],
  ["timestamp", 13],
] as const) {
  outbound(`ICMP ${name} gets address and identifier, and nothing else changes`, () => {
    const nat = natWith();
    const from = nat.open("icmp");
    const query = { ...EXTRAS, type, sequence: 77 };

    const sent = nat.sendOut(icmpQuery({ from: HOST, to: REMOTE, identifier: 5000, ...query }));
    const expected = icmpQuery({ from, to: REMOTE, identifier: portOf(from), ...query });
    assert.is(sent.outcome, "Outbound");
    assert.is(sent.side, Side.External);
    assert.is(hex(sent.packet), hex(expected));
  });
}

outbound("packets of every shape leave with right checksums", () => {
  const draw = Draw.seeded(SEED);
  for (const protocol of PROTOCOLS) {
    const nat = natWith();
    for (let round = 0; round < 300; round++) {
      const from = `10.${draw.below(256)}.${draw.below(256)}.${draw.between(1, 254)}:${draw.below(65536)}`;
      const to = `198.51.${draw.below(100)}.${draw.below(256)}:${draw.below(65536)}`;
      const rest = {
        payload: draw.octets(draw.below(60)),
        ipOptions: new Uint8Array(4 * draw.below(11)).fill(1),
        identification: draw.below(65536),
      };
      const external = nat.open(protocol, from, to);
      const { packet } = nat.sendOut(packetOut(protocol, from, to, rest));
      assert.is(hex(packet), hex(packetOut(protocol, external, to, rest)), `seed ${SEED}`);
    }
  }
});

outbound("packets come from the external address and a port of the range", () => {
  const nat = natWith({ externalPorts: "40000-40003" });
  for (const protocol of PROTOCOLS) {
    const [address, port] = nat.open(protocol).split(":");
    assert.is(address, E);
    assert.ok(["40000", "40002"].includes(port!), port);
  }
});

outbound.run();
