/** Frames, and how they leave (docs/behaviour.md §8). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, Outcome, PACKET_AREA, ROOM, Side, Verdict } from "../../assembly/abi.ts";
import { E, HOST, OTHER_HOST, REMOTE, packetIn, packetOut, sourceOf } from "../support/core.ts";
import { BROADCAST, arpFrame, ethernetFrame, unresolved, withRoom } from "../support/frames.ts";
import { hex } from "../support/octets.ts";
import { icmpError, tcpPacket, udpPacket } from "../support/packets.ts";
import { GATEWAY, R, STATIONS, TestRouter, routerWith } from "../support/router.ts";
import { VIRTIO_HEADER, virtioHeader, withBegunChecksum } from "../support/virtio.ts";

const TO_INTERNAL = { to: STATIONS.internal, from: STATIONS.host };
const DATAGRAM = udpPacket({ from: HOST, to: REMOTE, payload: "question" });

const link = suite<{ router: TestRouter }>("frames");

link.before.each((context) => {
  context.router = routerWith().meet();
});

link("leave 28 octets behind where their room began, and shorter by that", ({ router }) => {
  const { nat } = router.test;
  const arrived = withRoom(ethernetFrame({ ...TO_INTERNAL, padding: 7 }, DATAGRAM));
  nat.packets.set(arrived, 1000);
  nat.descriptors.set([1000, arrived.length, Side.Internal, 0xdeadbeef]);
  nat.process(1, 0);

  const word = Verdict.Forward | (Outcome.Outbound << 8);
  const expected = [1000 + ROOM, arrived.length - ROOM, Side.External, word];
  assert.equal([...nat.descriptors.slice(0, DESCRIPTOR_WORDS)], expected);
  assert.equal(nat.packets.slice(1000, 1000 + ROOM), arrived.slice(0, ROOM));
});

// RFC 894.
link("keep as much padding as makes an Ethernet frame long enough, and no more", ({ router }) => {
  const external = router.open();
  const datagram = udpPacket({ from: external, to: REMOTE, payload: "question", ttl: 63 });
  for (const padding of [0, 3, 10, 11, 1000]) {
    const { frame } = router.sendOut(DATAGRAM, { padding });
    const kept = Math.min(padding, 46 - datagram.length);
    assert.is(hex(frame.payload), hex(datagram) + "00".repeat(kept));
  }
  const long = udpPacket({ from: HOST, to: REMOTE, payload: new Uint8Array(100) });
  assert.is(router.sendOut(long, { padding: 7500 }).frame.payload.length, 128);
});

link("shorter than room, Ethernet header and 20 octets are Truncated", ({ router }) => {
  router.test.nat.packets.fill(0xa5, 0, 64);
  for (let length = 0; length <= 63; length++) {
    const expected = length < ROOM + 14 + 20 ? "Truncated" : "OtherStation";
    assert.is(outcomeAt(router, 0, length), expected, `${length}`);
  }
});

link("have to end where the area does", ({ router }) => {
  const frame = withRoom(ethernetFrame(TO_INTERNAL, DATAGRAM));
  const at = PACKET_AREA - frame.length;
  router.test.nat.packets.set(frame, at);
  assert.is(outcomeAt(router, at + 1, frame.length), "BadDescriptor");
  assert.is(outcomeAt(router, at, frame.length), "Outbound");
});

for (const side of [4, 5, 256, 0xffffffff]) {
  link(`from side ${side} are BadDescriptor`, ({ router }) => {
    const frame = withRoom(ethernetFrame(TO_INTERNAL, DATAGRAM));
    router.test.nat.packets.set(frame);
    assert.is(outcomeAt(router, 0, frame.length, side), "BadDescriptor");
  });
}

for (const [whose, to] of Object.entries({
  "the other side's": STATIONS.external,
  "a stranger's": "02:00:00:00:00:03",
  "all stations'": BROADCAST,
  "a group's": "03:00:00:00:00:01",
})) {
  link(`to ${whose} address are OtherStation`, ({ router }) => {
    assert.is(router.sendOut(DATAGRAM, { to }).outcome, "OtherStation");
  });
}

for (const type of [0x86dd, 0x8100, 0x0801, 0x0008, 46, 0xffff]) {
  link(`of type 0x${type.toString(16)} are NotIpv4`, ({ router }) => {
    assert.is(router.sendOut(DATAGRAM, { type }).outcome, "NotIpv4");
  });
}

link("are judged before what they carry", ({ router }) => {
  const bad = udpPacket({ from: R, to: "224.0.0.1", version: 6 });
  assert.is(router.sendOut(bad, { to: STATIONS.host, type: 0x86dd }).outcome, "OtherStation");
  assert.is(router.sendOut(bad).outcome, "NotIpv4");
});

link("that are dropped change nothing, nor does their room", ({ router }) => {
  const { nat } = router.test;
  router.sendOut(udpPacket({ from: HOST, to: "127.0.0.1" }));
  const frame = ethernetFrame({ ...TO_INTERNAL, padding: 7 }, udpPacket({ from: E, to: REMOTE }));
  nat.packets.fill(0xa5, 0, ROOM);
  assert.is(router.carry(frame, Side.Internal).outcome, "SourceAddress");

  assert.equal(
    nat.packets.slice(0, ROOM + frame.length),
    withRoom(frame, new Uint8Array(ROOM).fill(0xa5)),
  );
  assert.equal([...nat.descriptors.slice(0, 3)], [0, ROOM + frame.length, Side.Internal]);
});

link("from the NAT's own internal address are SourceAddress", ({ router }) => {
  assert.is(router.sendOut(udpPacket({ from: `${R}:9`, to: REMOTE })).outcome, "SourceAddress");
});

link("for the NAT itself, but for echo requests, are DestinationAddress", ({ router }) => {
  for (const protocol of ["udp", "tcp"] as const) {
    const datagram = packetOut(protocol, HOST, `${R}:9`, { ttl: 1 });
    assert.is(router.sendOut(datagram).outcome, "DestinationAddress");
  }
  const about = udpPacket({ from: `${R}:1`, to: HOST });
  const error = icmpError({ from: "10.0.0.2", to: R, about });
  assert.is(router.sendOut(error).outcome, "DestinationAddress");
});

// RFC 1812 §5.3.1.
link("take one from the TTL of what is translated, outbound, inbound and hairpin", ({ router }) => {
  const external = router.open();
  const other = router.open(OTHER_HOST);
  const sent = router.sendOut(packetOut("udp", HOST, REMOTE, { ttl: 2 }));
  const received = router.sendIn(packetIn("udp", REMOTE, external, { ttl: 255 }));
  const turned = router.sendOut(packetOut("udp", HOST, other, { ttl: 64 }));

  const expected = [
    [sent, "Outbound", packetOut("udp", external, REMOTE, { ttl: 1 })],
    [received, "Inbound", packetIn("udp", REMOTE, HOST, { ttl: 254 })],
    [turned, "Hairpin", packetOut("udp", external, OTHER_HOST, { ttl: 63 })],
  ] as const;
  for (const [fate, outcome, datagram] of expected) {
    assert.is(fate.outcome, outcome);
    assert.is(hex(fate.frame.payload), hex(datagram));
  }
});

link("take one from the TTL of an ICMP error, and none from what it quotes", ({ router }) => {
  const external = router.open();
  const about = packetOut("udp", external, REMOTE, { ttl: 3 });
  const { frame } = router.sendIn(icmpError({ from: "192.0.2.1", to: E, about, ttl: 9 }));

  const quoted = packetOut("udp", HOST, REMOTE, { ttl: 3 });
  const expected = icmpError({ from: "192.0.2.1", to: "10.0.0.2", about: quoted, ttl: 8 });
  assert.is(hex(frame.payload), hex(expected));
});

link("go to the gateway, and to a station of the external network itself", ({ router }) => {
  const nearby = "203.0.113.77";
  const far = router.sendOut(packetOut("udp", HOST, REMOTE)).frame;
  const near = router.sendOut(packetOut("udp", HOST, `${nearby}:7000`));

  const { to, from } = far;
  assert.equal({ to, from }, { to: STATIONS.gateway, from: STATIONS.external });
  assert.is(near.verdict, "Resolve");
  assert.is(near.frame.to, unresolved(nearby));
  assert.is(near.frame.from, STATIONS.external);
});

link("go to the internal host itself, inbound and hairpin", ({ router }) => {
  const external = router.open();
  const received = router.sendIn(packetIn("udp", REMOTE, external));
  const turned = router.sendOut(packetOut("udp", OTHER_HOST, external));
  for (const { side, frame } of [received, turned]) {
    assert.is(side, Side.Internal);
    assert.is(frame.to, STATIONS.host);
    assert.is(frame.from, STATIONS.internal);
  }
});

link("without a gateway that is known carry its address, for it to be asked for", () => {
  const fate = routerWith().sendOut(DATAGRAM);
  assert.is(fate.verdict, "Resolve");
  assert.is(fate.outcome, "Outbound");
  assert.is(fate.side, Side.External);
  assert.is(fate.frame.to, unresolved(GATEWAY));
  assert.is(fate.frame.payload[8], 63);
});

link(
  "that two descriptors name are for the second what the first has left of them",
  ({ router }) => {
    const { nat } = router.test;
    const request = arpFrame({
      sender: { station: STATIONS.host, address: "10.0.0.2" },
      target: { address: R },
    });
    for (const [frame, outcome] of [
      [ethernetFrame(TO_INTERNAL, DATAGRAM), Outcome.Outbound],
      [
        ethernetFrame(TO_INTERNAL, packetOut("udp", HOST, REMOTE, { ttl: 1 })),
        Outcome.TimeExceeded,
      ],
      [request, Outcome.ArpReply],
    ] as const) {
      nat.packets.set(withRoom(frame));
      const descriptor = [0, ROOM + frame.length, Side.Internal, 0];
      nat.descriptors.set([...descriptor, ...descriptor]);
      nat.process(2, 0);
      const outcomes = [nat.descriptors[3]! >>> 8, nat.descriptors[7]! >>> 8];
      assert.equal(outcomes, [outcome, Outcome.OtherStation]);
    }
  },
);

link("behind virtio headers have their checksums begun from the Ethernet header on", () => {
  const router = routerWith({ virtioHeader: true }).meet();
  const segment = (from: string, ttl: number): Uint8Array =>
    withBegunChecksum(tcpPacket({ from, to: REMOTE, flags: "SYN", ttl })).slice(VIRTIO_HEADER);
  const virtio = virtioHeader({ start: 14 + 20, offset: 16 });
  const { frame } = router.sendOut(segment(HOST, 64), { virtio });

  assert.is(hex(frame.payload), hex(segment(sourceOf(frame.payload), 63)));
  assert.is(hex(frame.virtio), hex(virtio));
});

for (const start of [0, 13, 14, 33, 35]) {
  link(`whose checksum is begun at octet ${start}, in no place for it, are dropped`, () => {
    const router = routerWith({ virtioHeader: true });
    const virtio = virtioHeader({ start, offset: 6 });
    assert.is(router.sendOut(DATAGRAM, { virtio }).outcome, "PartialChecksum");
  });
}

link.run();

/** The outcome of what lies there, room and all. */
function outcomeAt(router: TestRouter, at: number, length: number, side = Side.Internal): string {
  const { nat } = router.test;
  nat.descriptors.set([at, length, side, 0xdeadbeef]);
  nat.process(1, router.test.now);
  return Outcome[nat.descriptors[3]! >>> 8]!;
}
