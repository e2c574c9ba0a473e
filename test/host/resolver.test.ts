/** Next hops, where there is not always a place for a request; see also forward-frames.test.ts. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, MAX_BATCH, Side } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { readWord } from "../../host/arp.ts";
import { MOST_HOPS } from "../../host/held-frames.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { Resolver } from "../../host/resolver.ts";
import { REPLY, arpFrame, ethernetFrame } from "../support/frames.ts";
import { udpPacket } from "../support/packets.ts";
import { ROUTER } from "./router-options.ts";

/** The one place that there is, for frames that are handed in again and for requests. */
const PLACE = 4096;

const HOST = "02:00:00:00:00:aa";
const OWN = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;

/** Where an ARP message has the address that is asked for. */
const TARGET = 38;

class Context {
  readonly nat: Nat = createNat(ROUTER);
  readonly resolver: Resolver;
  hasPlace = true;
  /** What was asked for, by side. */
  readonly asked: [number[], number[]] = [[], []];

  constructor() {
    const { packets, descriptors } = this.nat;
    this.resolver = new Resolver(this.nat, {
      take: (_side, entry) => {
        if (this.hasPlace) descriptors[entry * DESCRIPTOR_WORDS] = PLACE;
        return this.hasPlace;
      },
      send: (side) => {
        const begin = descriptors[(MAX_BATCH - 1) * DESCRIPTOR_WORDS]!;
        this.asked[side].push(readWord(packets, begin + TARGET));
      },
      deliver: () => {},
    });
  }

  /** Holds a frame for `address`, at `PLACE`. Returns what it was. */
  hold(address: string, now: number): Uint8Array {
    const { nat } = this;
    const packet = udpPacket({ from: "10.0.0.2:5000", to: `${address}:53` });
    const frame = ethernetFrame({ to: OWN[0], from: HOST }, packet);
    const { packet: held } = nat.translate(frame, Side.Internal, now);
    const octets = held.slice();
    nat.packets.set(octets, PLACE);
    nat.descriptors.set([PLACE, octets.length, Side.External]);
    this.resolver.hold(0, now);
    return octets;
  }
}

const GATEWAY = addressToWord("203.0.113.254");
const NEIGHBOUR = "203.0.113.9";

const resolver = suite<{ lab: Context }>("resolver");

resolver.before.each((context) => {
  context.lab = new Context();
});

resolver("keeps a frame whose place the request for its next hop takes", ({ lab }) => {
  const frame = lab.hold(NEIGHBOUR, 5000);

  assert.equal(lab.asked[1], [addressToWord(NEIGHBOUR)]);
  assert.equal(
    lab.resolver.held[1].takeKnown(() => true),
    [frame],
  );
});

resolver("asks as soon as there is a place for the request", ({ lab }) => {
  lab.hasPlace = false;
  lab.hold(NEIGHBOUR, 5000);
  lab.resolver.attend(5000);
  assert.equal(lab.asked, [[], []]);

  lab.hasPlace = true;
  lab.resolver.attend(5100);
  assert.equal(lab.asked[1], [addressToWord(NEIGHBOUR), GATEWAY]);
  assert.is(lab.resolver.held[1].lost, 0);
});

resolver("asks for the gateway also while too many others are asked for", ({ lab }) => {
  for (let host = 0; host < MOST_HOPS + 1; host++) lab.hold(`203.0.113.${host + 2}`, 5000);
  assert.is(lab.asked[1].length, MOST_HOPS);
  lab.resolver.attend(5000);

  assert.is(lab.asked[1].at(-1), GATEWAY);
});

resolver("tries again to keep the gateway known where there was no place", ({ lab }) => {
  lab.resolver.attend(5000);
  const sender = { station: "02:00:00:00:00:fe", address: "203.0.113.254" };
  const target = { station: OWN[1], address: "203.0.113.1" };
  const answer = arpFrame({ operation: REPLY, sender, target });
  lab.nat.translate(answer, Side.External, 5000);
  lab.resolver.attend(5100);
  lab.hasPlace = false;
  lab.resolver.attend(65_000);
  lab.hasPlace = true;
  assert.equal(lab.asked[1], [GATEWAY]);

  lab.resolver.attend(65_100);
  assert.equal(lab.asked[1], [GATEWAY, GATEWAY]);
});

resolver("announces the NAT twice, two seconds apart", ({ lab }) => {
  const announced: number[] = [];
  for (let time = 5000; time < 12_000; time += 50) {
    lab.resolver.attend(time);
    if (lab.asked[0].length > announced.length) announced.push(time);
  }

  assert.equal(announced, [5000, 7000]);
  assert.equal(lab.asked[0], [addressToWord("10.0.0.1"), addressToWord("10.0.0.1")]);
});

resolver.run();
