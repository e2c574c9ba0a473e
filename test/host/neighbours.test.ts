/** The stations that the core has heard, as the host reads and prints them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side, Verdict } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { NEIGHBOUR_COLUMNS, counterLines, neighbourLine } from "../../host/report.ts";
import { REPLY, arpFrame, ethernetFrame, partsOf, unresolved } from "../support/frames.ts";
import { udpPacket } from "../support/packets.ts";
import { ROUTER } from "./router-options.ts";

const GATEWAY = { station: "02:00:00:00:00:fe", address: ROUTER.router.gateway };
const HOST = { station: "02:00:00:00:00:aa", address: "10.0.0.2" };
const { internal, external, internalAddress } = ROUTER.router;

/** 293 ticks of 1,024 ms (docs/behaviour.md §10). */
const LIFETIME = 293 * 1024;

const neighbours = suite<{ nat: Nat }>("neighbours");

neighbours.before.each((context) => {
  const nat = createNat(ROUTER);
  const targets = [
    { station: internal.station, address: internalAddress },
    { station: external.station, address: ROUTER.externalAddress },
  ];
  for (const [side, sender] of [HOST, GATEWAY].entries()) {
    nat.translate(arpFrame({ operation: REPLY, sender, target: targets[side]! }), side, 1024);
  }
  context.nat = nat;
});

neighbours("are listed, by side", ({ nat }) => {
  nat.process(0, 1024 + 5000);

  assert.equal(
    [...nat.neighbours()],
    [
      { side: "internal", ...HOST, idle: 4096, live: true },
      { side: "external", ...GATEWAY, idle: 4096, live: true },
    ],
  );
});

neighbours("are known for five minutes, on their side", ({ nat }) => {
  const isKnown = (side: Side, address: string): boolean =>
    nat.tables.isKnown(side, addressToWord(address));
  nat.process(0, LIFETIME + 1023);
  assert.ok(isKnown(Side.Internal, HOST.address));
  assert.not(isKnown(Side.External, HOST.address));
  // The same low 12 bits.
  assert.not(isKnown(Side.Internal, "10.0.16.2"));

  nat.process(0, LIFETIME + 1024);
  assert.not(isKnown(Side.Internal, HOST.address));
  assert.equal(
    [...nat.neighbours()].map(({ live }) => live),
    [false, false],
  );
});

neighbours("make a number change when they are heard", ({ nat }) => {
  const before = nat.heard;
  const sender = HOST;
  nat.translate(arpFrame({ sender, target: { address: internalAddress } }), Side.Internal, 2000);

  assert.is(nat.heard, before + 1);
});

neighbours("are waited for by frames, which are handed in again", ({ nat }) => {
  const packet = udpPacket({ from: "10.0.0.2:5000", to: "203.0.113.9:53" });
  const frame = ethernetFrame({ to: internal.station, from: HOST.station }, packet);
  const first = nat.translate(frame, Side.Internal, 2000);
  assert.is(first.verdict, Verdict.Resolve);
  assert.is(first.side, Side.External);
  const held = first.packet.slice();
  assert.is(partsOf(held).to, unresolved("203.0.113.9"));
  assert.is(nat.release(held, Side.External, 2000).verdict, Verdict.Resolve);

  const sender = { station: "02:00:00:00:00:bb", address: "203.0.113.9" };
  const target = { station: external.station, address: ROUTER.externalAddress };
  nat.translate(arpFrame({ operation: REPLY, sender, target }), Side.External, 2000);
  const second = nat.release(held, Side.External, 2000);
  assert.is(second.outcome, Outcome.Released);
  assert.is(second.verdict, Verdict.Forward);
  assert.is(partsOf(second.packet).to, sender.station);
});

neighbours("are printed in columns", () => {
  const found = { side: "internal", ...HOST, idle: 4096, live: true } as const;

  assert.is(NEIGHBOUR_COLUMNS, "SIDE      ADDRESS          STATION            IDLE");
  assert.is(neighbourLine(found), "internal  10.0.0.2         02:00:00:00:00:aa  4.1 s");
  assert.match(neighbourLine({ ...found, live: false }), / 4\.1 s expired$/);
});

neighbours("that do not answer are counted", ({ nat }) => {
  const traffic = { received: 1, sent: 0, lost: 0, unresolved: 0 };
  const lines = counterLines({
    outcomes: nat.counters(),
    internal: traffic,
    external: { ...traffic, unresolved: 3 },
  });

  assert.is(lines.at(-2), "internal device: 1 received, 0 sent, 0 lost");
  const last = "external device: 1 received, 0 sent, 0 lost, 3 to stations that do not answer";
  assert.is(lines.at(-1), last);
});

neighbours.run();
