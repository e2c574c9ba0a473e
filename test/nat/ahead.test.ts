/** What a batch's look ahead finds may be wrong by the time that a packet is decided. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, Outcome, Side } from "../../assembly/abi.ts";
import * as core from "../support/core.ts";
import { udpPacket } from "../support/packets.ts";

const { E, HOLD_DOWN, HOST, LIFETIMES, natWith, OTHER_HOST, REMOTE } = core;
const SLOT = 2048;

const ahead = suite("looking ahead");

/** Carries packets in one batch; returns their outcomes. */
function batch(nat: core.TestNat, ...packets: [Uint8Array, Side][]): string[] {
  packets.forEach(([packet, side], index) => {
    nat.nat.packets.set(packet, index * SLOT);
    nat.nat.descriptors.set([index * SLOT, packet.length, side, 0], index * DESCRIPTOR_WORDS);
  });
  nat.nat.process(packets.length, nat.now);
  return packets.map((_, i) => Outcome[nat.nat.descriptors[i * DESCRIPTOR_WORDS + 3]! >>> 8]!);
}

const out = (from: string): [Uint8Array, Side] => [udpPacket({ from, to: REMOTE }), Side.Internal];

ahead("finds no mapping that a packet of the same batch makes, and it is used all the same", () => {
  const nat = natWith();

  assert.equal(batch(nat, out(HOST), out(OTHER_HOST), out(HOST), out(OTHER_HOST)), [
    "Outbound",
    "Outbound",
    "Outbound",
    "Outbound",
  ]);
  assert.is(nat.mappings().length, 2);
});

ahead("finds a mapping whose port another packet of the batch takes, and it is not used", () => {
  const nat = natWith({ externalPorts: "40000-40000" });
  nat.open("udp", HOST);
  nat.wait(LIFETIMES.udp + HOLD_DOWN);

  assert.equal(batch(nat, out(OTHER_HOST), out(HOST)), ["Outbound", "NoPort"]);
  assert.equal(
    nat.mappings().map(({ internalAddress }) => internalAddress),
    [OTHER_HOST.split(":")[0]],
  );
});

ahead("finds a mapping where there are IP options, and none is used by mistake", () => {
  const nat = natWith();
  nat.open("udp", HOST);
  // What looks like the ports of a known flow to who takes no options into account.
  const ipOptions = Uint8Array.of(0x13, 0x88, 0x1b, 0x58);
  const packet = udpPacket({ from: "10.0.0.2:6000", to: REMOTE, ipOptions });

  assert.equal(batch(nat, [packet, Side.Internal]), ["Outbound"]);
  assert.equal(
    nat
      .mappings()
      .map(({ internalPort }) => internalPort)
      .sort(),
    [5000, 6000],
  );
});

ahead("takes any fate for a guess that the host has left in a descriptor", () => {
  for (const fate of [0, 1, 0xffff, 0x30000, 0x7fffffff, 0xffffffff]) {
    const nat = natWith();
    const external = nat.open("udp", HOST);
    const [packet] = out(HOST);
    nat.nat.packets.set(packet, 0);
    nat.nat.descriptors.set([0, packet.length, Side.Internal, fate]);
    nat.nat.process(1, nat.now);

    assert.is(Outcome[nat.nat.descriptors[3]! >>> 8], "Outbound");
    const port = (nat.nat.packets[20]! << 8) | nat.nat.packets[21]!;
    assert.is(`${E}:${port}`, external);
  }
});

ahead.run();
