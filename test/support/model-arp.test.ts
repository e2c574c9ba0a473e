/** The model's address resolution: docs/behaviour.md §9, worked by hand. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../assembly/abi.ts";
import { type ArpOptions, REPLY, arpFrame, withRoom } from "./frames.ts";
import { leaves } from "./model/fate.ts";
import { Model } from "./model/model.ts";
import type { Settings } from "./model/settings.ts";
import { formatAddress, formatStation, hex, parseAddress, parseStation } from "./octets.ts";

const [E, R] = ["203.0.113.1", "10.0.0.1"];
const OWN = "02:00:00:00:00:01";
const HOST = { station: "06:00:00:00:00:02", address: "10.0.0.2" };

const SETTINGS: Settings = {
  external: parseAddress(E),
  network: { address: parseAddress("10.0.0.0"), mask: parseAddress("255.255.0.0") },
  ports: { first: 40000, last: 40003 },
  lifetimes: { udp: 5000, icmp: 3000, tcpTransitory: 4000, tcpEstablished: 20000 },
  holdDown: 6000,
  inboundRefresh: false,
  virtioHeader: false,
  router: {
    internal: parseAddress(R),
    externalNetwork: {
      address: parseAddress("203.0.113.0"),
      mask: parseAddress("255.255.255.248"),
    },
    gateway: parseAddress("203.0.113.6"),
    links: {
      [Side.Internal]: { station: parseStation(OWN), mtu: 1500 },
      [Side.External]: { station: parseStation("02:00:00:00:00:02"), mtu: 1500 },
    },
  },
};

const arp = suite<{ model: Model }>("model of ARP");

arp.before.each((context) => {
  context.model = new Model(SETTINGS);
});

arp("makes of a request its answer, in place", ({ model }) => {
  const octets = withRoom(arpFrame({ sender: HOST, target: { address: R }, padding: 2 }));
  const fate = model.translate({ octets, side: Side.Internal, inside: true }, never);
  assert.ok(leaves(fate));
  const expected =
    "060000000002 020000000001 0806" +
    "0001 0800 06 04 0002" +
    "020000000001 0a000001" +
    "060000000002 0a000002" +
    "0000";
  assert.is(hex(fate.octets), expected.replaceAll(" ", ""));
  assert.equal([fate.outcome, fate.side, fate.begin], [Outcome.ArpReply, Side.Internal, 28]);
  assert.equal(kept(model), ["10.0.0.2 06:00:00:00:00:02"]);
});

arp("hears whoever speaks to the NAT, and then whatever that one says", ({ model }) => {
  const moved = { ...HOST, station: "06:00:00:00:00:99" };
  const others = { address: "10.0.0.9" };
  assert.is(outcomeOf(model, { sender: HOST, target: others }), "ArpIgnored");
  assert.is(
    outcomeOf(model, { operation: REPLY, sender: HOST, target: { address: R } }),
    "ArpHeard",
  );
  assert.is(outcomeOf(model, { sender: moved, target: others }), "ArpHeard");
  assert.equal(kept(model), ["10.0.0.2 06:00:00:00:00:99"]);
});

arp("keeps one for each value of the low 12 bits", ({ model }) => {
  const target = { address: R };
  for (const address of ["10.0.0.2", "10.0.16.2", "10.0.1.2"]) {
    outcomeOf(model, { sender: { ...HOST, address }, target });
  }
  assert.equal(
    kept(model),
    ["10.0.16.2", "10.0.1.2"].map((address) => `${address} ${HOST.station}`),
  );
});

arp("answers a probe without hearing it", ({ model }) => {
  const sender = { ...HOST, address: "0.0.0.0" };
  assert.is(outcomeOf(model, { sender, target: { address: R } }), "ArpReply");
  assert.equal(kept(model), []);
});

arp.run();

function outcomeOf(model: Model, options: ArpOptions): string {
  const octets = withRoom(arpFrame(options));
  return Outcome[model.translate({ octets, side: Side.Internal, inside: true }, never).outcome]!;
}

/** The neighbours on the internal side. */
function kept(model: Model): string[] {
  const neighbours = model.state.neighbours[Side.Internal].all();
  return neighbours.map((each) => `${formatAddress(each.address)} ${formatStation(each.station)}`);
}

function never(): never {
  throw new Error("No mapping is made here.");
}
