/** RFC 4787 REQ-9, RFC 5382 REQ-8: internal hosts reach each other by their external endpoints. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Phase, Side } from "../../assembly/abi.ts";
import * as core from "../support/core.ts";
import { hex } from "../support/octets.ts";
import { icmpQuery, tcpPacket } from "../support/packets.ts";

const { E, HOST, LIFETIMES, natWith, OTHER_HOST, packetIn, packetOut, REMOTE, STRANGER } = core;
const EXTRAS = { payload: "payload", tos: 0xb9, ttl: 1, identification: 0xabcd };

const hairpin = suite<{ nat: core.TestNat }>("hairpin");

hairpin.before.each((context) => {
  context.nat = natWith();
});

for (const protocol of ["udp", "tcp"] as const) {
  // REQ-9a: with the external endpoint as source.
  hairpin(`${protocol} arrives from the sender's external endpoint`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    const external = nat.open(protocol, HOST);

    const fate = nat.sendOut(packetOut(protocol, HOST, target, EXTRAS));
    assert.is(fate.outcome, "Hairpin");
    assert.is(fate.side, Side.Internal);
    assert.is(hex(fate.packet), hex(packetOut(protocol, external, OTHER_HOST, EXTRAS)));
  });

  hairpin(`${protocol} opens a mapping for its sender, as any outbound packet does`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    const external = nat.open(protocol, HOST, target);

    assert.is(external.split(":")[0], E);
    assert.is.not(external, target);
    assert.is(nat.open(protocol, HOST, REMOTE), external);
  });

  hairpin(`${protocol} is answered through the same two endpoints`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    const external = nat.open(protocol, HOST, target);

    const fate = nat.sendOut(packetIn(protocol, OTHER_HOST, external, EXTRAS));
    assert.is(fate.outcome, "Hairpin");
    assert.is(hex(fate.packet), hex(packetIn(protocol, target, HOST, EXTRAS)));
  });

  hairpin(`${protocol} goes to oneself, from one's own external endpoint`, ({ nat }) => {
    const external = nat.open(protocol);

    const fate = nat.sendOut(packetOut(protocol, HOST, external, EXTRAS));
    assert.is(fate.outcome, "Hairpin");
    assert.is(hex(fate.packet), hex(packetOut(protocol, external, HOST, EXTRAS)));
    assert.is(nat.mappings().length, 1);
  });

  // REQ-9: filtering is for the external realm.
  hairpin(`${protocol} needs no admission by its target`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST, REMOTE);

    assert.is(nat.sendIn(packetIn(protocol, STRANGER, target)).outcome, "Filtered");
    assert.is(nat.sendOut(packetOut(protocol, HOST, target)).outcome, "Hairpin");
  });

  hairpin(`${protocol} leaves the target's remote as it was`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST, REMOTE);
    nat.open(protocol, HOST, target);

    assert.is(nat.sendIn(packetIn(protocol, REMOTE, target)).outcome, "Inbound");
  });

  hairpin(`${protocol} to a port without mapping is dropped, and opens none`, ({ nat }) => {
    for (const port of [0, 1, 1024, 65535]) {
      const fate = nat.sendOut(packetOut(protocol, HOST, `${E}:${port}`));
      assert.is(fate.outcome, "NoMapping");
    }
    assert.is(nat.mappings().length, 0);
  });

  hairpin(`${protocol} to a mapping that has expired is dropped`, ({ nat }) => {
    const target = nat.open(protocol, OTHER_HOST);
    nat.wait(Math.max(LIFETIMES.udp, LIFETIMES.tcpTransitory));

    assert.is(nat.sendOut(packetOut(protocol, HOST, target)).outcome, "NoMapping");
  });

  hairpin(`${protocol} to one's own mapping that has expired is dropped`, ({ nat }) => {
    const target = nat.open(protocol);
    nat.wait(Math.max(LIFETIMES.udp, LIFETIMES.tcpTransitory));

    assert.is(nat.sendOut(packetOut(protocol, HOST, target)).outcome, "NoMapping");
  });
}

hairpin("UDP without checksum stays without", ({ nat }) => {
  const target = nat.open("udp", OTHER_HOST);
  const external = nat.open("udp", HOST);

  const { packet } = nat.sendOut(packetOut("udp", HOST, target, { checksum: 0 }));
  assert.is(hex(packet), hex(packetOut("udp", external, OTHER_HOST, { checksum: 0 })));
});

hairpin("UDP refreshes its sender, and its target only if inbound packets do", () => {
  for (const inboundRefresh of [false, true]) {
    const nat = natWith({ inboundRefresh });
    const target = nat.open("udp", OTHER_HOST);
    nat.open("udp", HOST);
    nat.wait(3000).sendOut(packetOut("udp", HOST, target));

    assert.equal(idleTimes(nat), { "10.0.0.2": 0, "10.0.0.3": inboundRefresh ? 0 : 3000 });
  }
});

hairpin(
  "ICMP queries but echo requests are dropped: one identifier cannot name two hosts",
  ({ nat }) => {
    const target = nat.open("icmp", OTHER_HOST);
    const before = nat.state();

    const query = icmpQuery({ from: HOST, to: E, type: 13, identifier: core.portOf(target) });
    assert.is(nat.sendOut(query).outcome, "NoMapping");
    assert.equal(nat.state(), before);
  },
);

hairpin("TCP connects two hosts that both have an established mapping then", ({ nat }) => {
  const target = nat.open("tcp", OTHER_HOST);
  const external = nat.open("tcp", HOST, target);
  nat.sendOut(tcpPacket({ from: OTHER_HOST, to: external, flags: "SYN ACK" }));
  nat.sendOut(tcpPacket({ from: HOST, to: target, flags: "ACK" }));

  const phases = Object.fromEntries(
    nat.mappings().map((each) => [each.internalAddress, each.phase]),
  );
  const { SynOut, SynIn, Shared } = Phase;
  assert.equal(phases, { "10.0.0.2": SynOut | SynIn, "10.0.0.3": SynOut | SynIn | Shared });
  nat.wait(LIFETIMES.tcpEstablished - 1);
  assert.is(nat.sendOut(tcpPacket({ from: HOST, to: target })).outcome, "Hairpin");
  assert.is(nat.sendOut(tcpPacket({ from: OTHER_HOST, to: external })).outcome, "Hairpin");
});

hairpin("TCP needs a SYN to open its sender's mapping", ({ nat }) => {
  const target = nat.open("tcp", OTHER_HOST);
  const before = nat.state();

  assert.is(nat.sendOut(tcpPacket({ from: HOST, to: target, flags: "ACK" })).outcome, "NotSyn");
  assert.equal(nat.state(), before);
});

hairpin("TCP of another connection changes no phase of the target", ({ nat }) => {
  const target = nat.connect(OTHER_HOST, REMOTE);
  nat.open("tcp", HOST, target);
  nat.sendOut(tcpPacket({ from: HOST, to: target, flags: "RST" }));

  const mapping = nat.mappings().find((each) => each.internalAddress === "10.0.0.3");
  assert.is(mapping!.phase, Phase.SynOut | Phase.SynIn);
});

hairpin("TCP from a host to itself opens, establishes and resets its one mapping", ({ nat }) => {
  const external = nat.open("tcp");
  const phaseAfter = (flags: string): number => {
    const fate = nat.sendOut(tcpPacket({ from: HOST, to: external, flags }));
    assert.is(fate.outcome, "Hairpin");
    return nat.mappings()[0]!.phase;
  };
  const { SynOut, SynIn, Reset, Shared } = Phase;

  // Its first remote is another, so it is shared; as sender it has sent the SYN, as target had it.
  assert.is(phaseAfter("SYN"), SynOut | SynIn | Shared);
  assert.is(phaseAfter("RST"), SynOut | SynIn | Shared | Reset);
});

hairpin.run();

/** Milliseconds since the last refresh, by internal address. */
function idleTimes(nat: core.TestNat): Record<string, number> {
  return Object.fromEntries(nat.mappings().map((each) => [each.internalAddress, each.idle]));
}
