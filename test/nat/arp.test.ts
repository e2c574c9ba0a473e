/** Whom the NAT answers and whom it hears (docs/behaviour.md §9; RFC 826, RFC 5227). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOM, Side } from "../../assembly/abi.ts";
import { E } from "../support/core.ts";
import * as frames from "../support/frames.ts";
import { hex, joined } from "../support/octets.ts";
import { GATEWAY, R, STATIONS, TestRouter, routerWith } from "../support/router.ts";
import { virtioHeader } from "../support/virtio.ts";

const { ARP, BROADCAST, NOBODY, REPLY, REQUEST, arpFrame, arpMessage, ethernetFrame } = frames;

const HOST = { station: STATIONS.host, address: "10.0.0.2" };
const OTHER_HOST = { station: STATIONS.otherHost, address: "10.0.0.3" };
const PEER = { station: STATIONS.gateway, address: GATEWAY };
const OWN_INTERNAL = { station: STATIONS.internal, address: R };
const OWN_EXTERNAL = { station: STATIONS.external, address: E };

const arp = suite<{ router: TestRouter }>("ARP");

arp.before.each((context) => {
  context.router = routerWith();
});

const neighboursOf = (router: TestRouter): string[] =>
  [...router.test.nat.neighbours()].map(({ address, station }) => `${address} ${station}`);

for (const [name, side, own, asker] of [
  ["R on the internal side", Side.Internal, OWN_INTERNAL, HOST],
  ["E on the external side", Side.External, OWN_EXTERNAL, PEER],
] as const) {
  arp(`requests for ${name} are answered, and their sender is heard`, ({ router }) => {
    const request = { sender: asker, target: { address: own.address } };
    for (const to of [BROADCAST, own.station]) {
      const fate = router.carry(arpFrame({ ...request, to, padding: 18 }), side);
      const reply = { operation: REPLY, sender: own, target: asker };
      const ends = { to: asker.station, from: own.station };
      const expected = ethernetFrame({ ...ends, type: ARP, padding: 18 }, arpMessage(reply));
      assert.equal([fate.outcome, fate.verdict, fate.side], ["ArpReply", "Forward", side]);
      assert.is(hex(fate.packet), hex(expected));
    }
    assert.equal(neighboursOf(router), [`${asker.address} ${asker.station}`]);
  });
}

arp("answers behind the virtio header that the request had", () => {
  const router = routerWith({ virtioHeader: true });
  const virtio = virtioHeader({ start: 3, offset: 4 });
  const request = arpFrame({ sender: HOST, target: { address: R } });
  const { packet } = router.carry(joined(virtio, request), Side.Internal);
  const reply = { operation: REPLY, sender: OWN_INTERNAL, target: HOST };
  const ends = { to: HOST.station, from: STATIONS.internal };
  assert.equal(packet, ethernetFrame({ ...ends, type: ARP, virtio }, arpMessage(reply)));
});

arp("from who claims the NAT's own Ethernet address is ignored", ({ router }) => {
  const sender = { ...HOST, station: STATIONS.internal };
  const request = arpFrame({ sender, target: { address: R } });
  assert.is(router.carry(request, Side.Internal).outcome, "ArpIgnored");
  assert.equal(neighboursOf(router), []);
});

arp("requests for anybody else are not answered", ({ router }) => {
  for (const address of [OTHER_HOST.address, E, "10.0.0.255", "0.0.0.0"]) {
    const request = arpFrame({ sender: HOST, target: { address } });
    assert.is(router.carry(request, Side.Internal).outcome, "ArpIgnored");
  }
  assert.equal(neighboursOf(router), []);
});

// RFC 5227 §2.1.1: whoever looks whether an address is free has none itself.
arp("answers probes, which come from no address, and hears nobody", ({ router }) => {
  const sender = { ...HOST, address: "0.0.0.0" };
  const { outcome, packet } = router.carry(
    arpFrame({ sender, target: { address: R } }),
    Side.Internal,
  );
  const reply = { operation: REPLY, sender: OWN_INTERNAL, target: sender };
  const ends = { to: HOST.station, from: STATIONS.internal };
  assert.is(outcome, "ArpReply");
  assert.equal(packet, ethernetFrame({ ...ends, type: ARP }, arpMessage(reply)));
  assert.equal(neighboursOf(router), []);
});

arp("replies to the NAT are heard", ({ router }) => {
  const { outcome, verdict } = router.say(Side.Internal, { sender: HOST });
  assert.equal([outcome, verdict], ["ArpHeard", "Drop"]);
  assert.equal(neighboursOf(router), [`10.0.0.2 ${STATIONS.host}`]);
});

arp("changes nothing of a frame that is only heard", ({ router }) => {
  const frame = arpFrame({ operation: REPLY, sender: HOST, target: OWN_INTERNAL, padding: 18 });
  router.test.nat.packets.fill(0xa5, 0, ROOM);
  router.carry(frame, Side.Internal);
  const left = router.test.nat.packets.slice(0, ROOM + frame.length);
  assert.equal(left, frames.withRoom(frame, new Uint8Array(ROOM).fill(0xa5)));
});

arp("to others is heard from those only who are kept already", ({ router }) => {
  const announce = (station: string) => {
    const sender = { station, address: HOST.address };
    return router.say(Side.Internal, { operation: REQUEST, sender, target: sender }).outcome;
  };
  assert.is(announce(STATIONS.host), "ArpIgnored");
  router.say(Side.Internal, { sender: HOST });
  assert.is(announce("06:00:00:00:00:99"), "ArpHeard");
  assert.equal(neighboursOf(router), ["10.0.0.2 06:00:00:00:00:99"]);

  // Also when it was heard too long ago to be known.
  router.wait(400_000);
  assert.is(announce(STATIONS.host), "ArpHeard");
  assert.equal(neighboursOf(router), [`10.0.0.2 ${STATIONS.host}`]);
});

for (const [side, addresses] of [
  [Side.Internal, ["0.0.0.0", "10.0.0.0", "10.0.0.255", R, "10.0.1.2", GATEWAY, E]],
  [Side.External, ["0.0.0.0", E, "203.0.114.1", "198.51.100.10", "10.0.0.2", "224.0.0.1"]],
] as const) {
  arp(`hears no sender on the ${Side[side]} side that cannot be met there`, ({ router }) => {
    for (const address of addresses) {
      const sender = { station: STATIONS.host, address };
      assert.is(router.say(side, { sender }).outcome, "ArpIgnored", address);
      const { outcome } = router.say(side, { operation: REQUEST, sender });
      assert.is(outcome, address === "0.0.0.0" ? "ArpReply" : "ArpIgnored", address);
    }
    assert.equal(neighboursOf(router), []);
  });
}

// A network of two addresses has neither a first nor a last that would be no host's (RFC 3021).
arp("hears any unicast address of the external network", ({ router }) => {
  for (const address of ["203.0.113.0", "203.0.113.255"]) {
    const sender = { station: STATIONS.gateway, address };
    assert.is(router.say(Side.External, { sender }).outcome, "ArpHeard", address);
  }
});

for (const station of [NOBODY, BROADCAST, "01:00:5e:00:00:01"]) {
  arp(`neither hears nor answers a sender at ${station}`, ({ router }) => {
    for (const operation of [REQUEST, REPLY]) {
      const sender = { station, address: HOST.address };
      assert.is(router.say(Side.Internal, { operation, sender }).outcome, "ArpIgnored");
    }
    assert.equal(neighboursOf(router), []);
  });
}

const MALFORMED: Record<string, Partial<frames.ArpOptions>> = {
  "another kind of hardware": { hardware: 6 },
  "another protocol": { protocol: 0x86dd },
  "other hardware addresses": { lengths: [8, 4] },
  "other protocol addresses": { lengths: [6, 16] },
  "the operation 0": { operation: 0 },
  "a reverse request": { operation: 3 },
  "the operation 256": { operation: 0x0100 },
};

for (const [what, options] of Object.entries(MALFORMED)) {
  arp(`ignores ${what}`, ({ router }) => {
    assert.is(router.say(Side.Internal, { sender: HOST, ...options }).outcome, "ArpIgnored");
    assert.equal(neighboursOf(router), []);
  });
}

arp("ignores a message that is cut short", ({ router }) => {
  const whole = arpFrame({ sender: HOST, target: OWN_INTERNAL });
  for (let length = 14 + 20; length < 14 + 28; length++) {
    assert.is(router.carry(whole.slice(0, length), Side.Internal).outcome, "ArpIgnored");
  }
  assert.is(router.carry(whole, Side.Internal).outcome, "ArpReply");
});

arp("asks nothing of the Ethernet source", ({ router }) => {
  for (const from of [STATIONS.internal, BROADCAST, NOBODY, "06:00:00:00:00:77"]) {
    const request = arpFrame({ sender: HOST, target: { address: R }, from });
    assert.is(router.carry(request, Side.Internal).outcome, "ArpReply");
  }
});

arp("for other stations than the NAT and all is left alone", ({ router }) => {
  for (const to of [STATIONS.external, "ff:ff:ff:ff:ff:fe", "01:00:5e:00:00:01"]) {
    const request = arpFrame({ sender: HOST, target: { address: R }, to });
    assert.is(router.carry(request, Side.Internal).outcome, "OtherStation");
  }
});

arp.run();
