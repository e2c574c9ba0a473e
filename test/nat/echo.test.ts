/** The NAT answers echo requests for itself (docs/behaviour.md §9; RFC 1812 §4.3.3.6). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { checksumsOf } from "../support/checksum.ts";
import { E, natWith } from "../support/core.ts";
import { fromHex, hex, joined } from "../support/octets.ts";
import { type QueryOptions, icmpQuery } from "../support/packets.ts";
import { R, STATIONS, routerWith } from "../support/router.ts";
import { VIRTIO_HEADER, virtioHeader } from "../support/virtio.ts";

const HOST = "10.0.0.2";
const REMOTE = "198.51.100.10";
const QUERY: Partial<QueryOptions> = { payload: "an odd number", code: 7, sequence: 3, tos: 0xb8 };

const request = (from: string, to: string, rest: Partial<QueryOptions> = {}): Uint8Array =>
  icmpQuery({ from, to, ...QUERY, ...rest });
const reply = (from: string, to: string, rest: Partial<QueryOptions> = {}): Uint8Array =>
  icmpQuery({ from, to, ...QUERY, type: 0, ttl: 64, ...rest });

const echo = suite("an echo request for the NAT");

echo("is answered on the side that it came from, with a TTL of 64", () => {
  const nat = natWith();
  const inside = nat.sendOut(request(HOST, E, { ttl: 1 }));
  const outside = nat.sendIn(request(REMOTE, E, { ttl: 255 }));

  const expected = [
    ["Echo", "Forward", Side.Internal, hex(reply(E, HOST))],
    ["Echo", "Forward", Side.External, hex(reply(E, REMOTE))],
  ];
  const actual = [inside, outside].map(({ outcome, verdict, side, packet }) => {
    return [outcome, verdict, side, hex(packet)];
  });
  assert.equal(actual, expected);
});

echo("loses link padding, and keeps its options", () => {
  const ipOptions = fromHex("94040000");
  const { packet } = natWith().sendIn(request(REMOTE, E, { ipOptions, padding: 9 }));
  assert.is(hex(packet), hex(reply(E, REMOTE, { ipOptions })));
});

echo("opens no mapping, and needs none", () => {
  const nat = natWith();
  nat.sendIn(request(REMOTE, E));
  nat.sendOut(request(HOST, E));
  assert.equal(nat.mappings(), []);
});

echo("with a wrong checksum is answered with a wrong one", () => {
  const { packet } = natWith().sendIn(request(REMOTE, E, { checksum: 0x1234 }));
  assert.equal(checksumsOf(packet).transport, "wrong");
});

// RFC 1071 §1: of a message of zeros, only the checksum 0xffff is right.
echo("that becomes a message of zeros is answered with the checksum 0xffff", () => {
  const zeros = { code: 0, identifier: 0, sequence: 0, payload: new Uint8Array(4) };
  const { packet } = natWith().sendIn(request(REMOTE, E, zeros));
  assert.is(hex(packet.slice(20)), "0000ffff0000000000000000");
  assert.is(checksumsOf(packet).transport, "right");
});

echo("behind a virtio header is answered behind the same", () => {
  const virtio = virtioHeader({ start: 28, offset: 2 });
  const { packet } = natWith({ virtioHeader: true }).sendIn(joined(virtio, request(REMOTE, E)));
  assert.equal(packet.slice(0, VIRTIO_HEADER), virtio);
  assert.is(hex(packet.slice(VIRTIO_HEADER)), hex(reply(E, REMOTE)));
});

echo("is answered as it is when its source is no host's: not at all", () => {
  const nat = natWith({ internalNetwork: "10.0.0.0/24" });
  for (const from of ["10.0.0.255", "127.0.0.1", E]) {
    assert.is(nat.sendOut(request(from, E)).outcome, "SourceAddress");
  }
});

echo("in a frame is answered in it, padding and all", () => {
  const router = routerWith().meet();
  const { outcome, side, frame } = router.sendIn(request(REMOTE, E, { ttl: 0 }), { padding: 4 });

  assert.equal([outcome, side], ["Echo", Side.External]);
  assert.is(hex(frame.payload), hex(reply(E, REMOTE)) + "00000000");
  const { to, from } = frame;
  assert.equal({ to, from }, { to: STATIONS.gateway, from: STATIONS.external });
});

echo("to the internal address is answered from it, and on the internal side only", () => {
  const router = routerWith().meet();
  const { outcome, side, frame } = router.sendOut(request(HOST, R));
  assert.equal([outcome, side], ["Echo", Side.Internal]);
  assert.is(hex(frame.payload), hex(reply(R, HOST)));
  assert.is(frame.to, STATIONS.host);

  assert.is(router.sendIn(request(REMOTE, R)).outcome, "NotExternalAddress");
});

echo("is answered to the next hop's address when that is not known", () => {
  const { outcome, verdict } = routerWith().sendOut(request(HOST, E));
  assert.equal([outcome, verdict], ["Echo", "Resolve"]);
});

echo("longer than any MTU is answered all the same", () => {
  const payload = new Uint8Array(1400).fill(0x55);
  const { outcome, frame } = routerWith()
    .meet()
    .sendOut(request(HOST, E, { payload }));
  assert.is(outcome, "Echo");
  assert.is(hex(frame.payload), hex(reply(E, HOST, { payload })));
});

echo("is no other query: those are not for the NAT", () => {
  const nat = natWith();
  assert.is(nat.sendOut(request(HOST, E, { type: 13 })).outcome, "NoMapping");
  assert.is(nat.sendIn(request(REMOTE, E, { type: 13 })).outcome, "IcmpType");
  const router = routerWith();
  assert.is(router.sendOut(request(HOST, R, { type: 13 })).outcome, "DestinationAddress");
});

echo.run();
