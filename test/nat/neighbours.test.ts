/** Neighbours, and frames that waited for one (docs/behaviour.md §10). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, HELD, Outcome, ROOM, Side, Verdict } from "../../assembly/abi.ts";
import { E, HOST, REMOTE, packetIn, packetOut } from "../support/core.ts";
import { REPLY, arpFrame, ethernetFrame, unresolved, withRoom } from "../support/frames.ts";
import { GATEWAY, ROUTER, STATIONS, TestRouter, routerWith } from "../support/router.ts";

const TICK = 1024;
const KNOWN = 293 * TICK;
const DATAGRAM = packetOut("udp", HOST, REMOTE);

const neighbours = suite<{ router: TestRouter }>("a neighbour");

neighbours.before.each((context) => {
  context.router = routerWith();
});

const hear = (router: TestRouter, address = GATEWAY, station = STATIONS.gateway): void => {
  assert.is(router.say(Side.External, { sender: { station, address } }).outcome, "ArpHeard");
};

for (const heard of [0, 1, TICK - 1, TICK, 5 * TICK + 700]) {
  neighbours(`heard at ${heard} ms is known for 293 ticks`, ({ router }) => {
    router.wait(heard);
    hear(router);
    const end = Math.floor(heard / TICK) * TICK + KNOWN;
    assert.is(router.wait(end - 1 - heard).sendOut(DATAGRAM).verdict, "Forward");
    assert.is(router.wait(1).sendOut(DATAGRAM).verdict, "Resolve");

    hear(router);
    assert.is(router.sendOut(DATAGRAM).verdict, "Forward");
  });
}

neighbours("is heard by what it says, not by what it sends", ({ router }) => {
  hear(router);
  const external = router.open();
  router.wait(KNOWN - 1);
  router.open();
  router.sendIn(packetIn("udp", REMOTE, external));
  assert.is(router.wait(1).sendOut(DATAGRAM).verdict, "Resolve");
});

neighbours("heard in a batch is known to the frames behind it", ({ router }) => {
  const { nat } = router.test;
  const sender = { station: STATIONS.gateway, address: GATEWAY };
  const heard = arpFrame({ operation: REPLY, sender, target: { address: E } });
  const sent = ethernetFrame({ to: STATIONS.internal, from: STATIONS.host }, DATAGRAM);
  const batch = [sent, heard, sent].map((frame) => withRoom(frame));
  const sides = [Side.Internal, Side.External, Side.Internal];
  batch.forEach((frame, index) => {
    nat.packets.set(frame, index * 2048);
    const descriptor = [index * 2048, frame.length, sides[index]!, 0];
    nat.descriptors.set(descriptor, index * DESCRIPTOR_WORDS);
  });
  nat.process(3, 0);

  const verdicts = batch.map((_, index) => nat.descriptors[index * DESCRIPTOR_WORDS + 3]! & 0xff);
  assert.equal(verdicts, [Verdict.Resolve, Verdict.Drop, Verdict.Forward]);
});

neighbours("has the address that it told last", ({ router }) => {
  hear(router);
  hear(router, GATEWAY, "06:00:00:00:00:66");
  assert.is(router.sendOut(DATAGRAM).frame.to, "06:00:00:00:00:66");
});

neighbours("displaces another with the same low 12 bits of its address", () => {
  const router = routerWith({ router: { ...ROUTER, externalNetwork: "203.0.0.0/16" } });
  hear(router);
  const other = "203.0.97.6";
  hear(router, other, "06:00:00:00:00:07");

  const fate = router.sendOut(DATAGRAM);
  assert.equal([fate.verdict, fate.frame.to], ["Resolve", unresolved(GATEWAY)]);
  assert.is(router.sendOut(packetOut("udp", HOST, `${other}:1`)).frame.to, "06:00:00:00:00:07");
});

neighbours("on one side is none on the other, and displaces none there", () => {
  const router = routerWith({ internalNetwork: "10.0.0.0/16" });
  hear(router);
  router.say(Side.Internal, { sender: { station: STATIONS.host, address: "10.0.1.6" } });
  assert.is(router.sendOut(DATAGRAM).verdict, "Forward");
});

neighbours("that becomes known lets a frame leave that was held back for it", ({ router }) => {
  const held = router.sendOut(DATAGRAM);
  assert.equal([held.outcome, held.verdict], ["Outbound", "Resolve"]);
  const early = router.release(held);
  assert.equal([early.outcome, early.verdict], ["Released", "Resolve"]);
  assert.equal(early.packet, held.packet);

  hear(router);
  const released = router.release(held);
  assert.equal([released.outcome, released.verdict], ["Released", "Forward"]);
  assert.is(released.side, Side.External);
  assert.is(released.frame.to, STATIONS.gateway);
  assert.is(released.frame.from, STATIONS.external);
  assert.equal(released.packet.slice(12), held.packet.slice(12));
});

neighbours(
  "is looked up once more for any frame handed in again, and that is all",
  ({ router }) => {
    const { nat } = router.test;
    hear(router);
    const octets = withRoom(new Uint8Array(14 + 20).fill(0xee));
    nat.packets.set(octets);
    nat.descriptors.set([0, octets.length, HELD + Side.External, 0]);
    nat.process(1, 0);

    const word = Verdict.Forward | (Outcome.Released << 8);
    const expected = [ROOM, 34, Side.External, word];
    assert.equal([...nat.descriptors.slice(0, DESCRIPTOR_WORDS)], expected);
    const left = nat.packets.slice(0, octets.length);
    assert.ok(left.slice(ROOM + 12).every((octet) => octet === 0xee));
    assert.equal(left.slice(0, ROOM), octets.slice(0, ROOM));
  },
);

neighbours("cannot be looked up for less than a frame", ({ router }) => {
  const { nat } = router.test;
  for (const side of [HELD, HELD + 1]) {
    nat.descriptors.set([0, ROOM + 14 + 19, side, 0]);
    nat.process(1, 0);
    assert.is(nat.descriptors[3]! >>> 8, Outcome.Truncated);
    assert.is(nat.descriptors[2], side);
  }
});

neighbours("is nobody at first, not even the one at 0.0.0.0", ({ router }) => {
  const { nat } = router.test;
  const octets = withRoom(new Uint8Array(14 + 20));
  nat.packets.set(octets);
  nat.descriptors.set([0, octets.length, HELD + Side.Internal, 0]);
  nat.process(1, 0);
  assert.is(nat.descriptors[3]! & 0xff, Verdict.Resolve);
  assert.equal([...nat.neighbours()], []);
});

neighbours.run();
