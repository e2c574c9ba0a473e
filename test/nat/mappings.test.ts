import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../support/core.ts";
import { parseAddress, write16, write32 } from "../support/octets.ts";
import { tcpPacket, withHeaderChecksum } from "../support/packets.ts";
import { Draw } from "../support/random.ts";

const { E, HOST, OTHER_HOST, PROTOCOLS, REMOTE, STRANGER, natWith, packetIn, packetOut } = core;
const SEED = 4787;
const PORTS_ABOVE_1023 = 64_512;

const mappings = suite("mappings");

for (const protocol of PROTOCOLS) {
  // RFC 4787 REQ-1, RFC 5382 REQ-1, RFC 5508 REQ-1: endpoint-independent mapping.
  mappings(`of ${protocol} are the same whatever the remote endpoint is`, () => {
    const nat = natWith();
    const external = nat.open(protocol, HOST, REMOTE);
    for (const remote of ["198.51.100.10:7001", "198.51.100.11:7000", STRANGER, REMOTE]) {
      assert.is(nat.open(protocol, HOST, remote), external, remote);
    }
    assert.is(nat.mappings().length, 1);
  });

  // RFC 4787 REQ-3, RFC 5382 REQ-7: no port overloading.
  mappings(`of ${protocol} have a port of their own, though the remote endpoints differ`, () => {
    const nat = natWith({ externalPorts: "40000-40001" });
    const external = nat.open(protocol, HOST, REMOTE);

    assert.is.not(nat.open(protocol, OTHER_HOST, STRANGER), external);
    const third = packetOut(protocol, "10.0.0.4:5000", "192.0.2.77:1");
    assert.is(nat.sendOut(third).outcome, "NoPort");
  });

  mappings(`of ${protocol} tell hosts with the same port or identifier apart`, () => {
    const nat = natWith();
    const [one, other] = [nat.open(protocol, HOST), nat.open(protocol, OTHER_HOST)];

    assert.is.not(one, other);
    assert.is(core.destinationOf(nat.sendIn(packetIn(protocol, REMOTE, one)).packet), HOST);
    const second = nat.sendIn(packetIn(protocol, REMOTE, other)).packet;
    assert.is(core.destinationOf(second).split(":")[0], "10.0.0.3");
  });

  mappings(`of ${protocol} tell the ports or identifiers of one host apart`, () => {
    const nat = natWith();
    const externals = Array.from({ length: 500 }, (_, n) => nat.open(protocol, `10.0.0.2:${n}`));

    assert.is(new Set(externals).size, 500);
  });
}

// RFC 7857 §5.
mappings("of three protocols may have one external port at the same time", () => {
  const nat = natWith({ externalPorts: "40000-40000" });

  for (const protocol of PROTOCOLS) assert.is(nat.open(protocol), `${E}:40000`);
  assert.is(nat.mappings().length, 3);
});

// RFC 4787 REQ-3a, REQ-4.
mappings("keep range and parity of the internal port", () => {
  const nat = natWith();
  const draw = Draw.seeded(SEED);
  for (let round = 0; round < 600; round++) {
    const internal = draw.pick([draw.below(1024), draw.below(65536)]);
    const external = core.portOf(nat.open("udp", `10.0.${round >> 8}.${round & 255}:${internal}`));
    assert.is(external % 2, internal % 2, `seed ${SEED}: ${internal} to ${external}`);
    assert.is(external < 1024, internal < 1024, `seed ${SEED}: ${internal} to ${external}`);
  }
});

mappings("may belong to internal port 0, but never to external port 0", () => {
  for (const protocol of PROTOCOLS) {
    const nat = natWith({ externalPorts: "1-4" });
    const external = nat.open(protocol, "10.0.0.2:0");

    assert.is.not(core.portOf(external), 0);
    const answer = nat.sendIn(packetIn(protocol, REMOTE, external));
    assert.is(core.destinationOf(answer.packet), "10.0.0.2:0");
    assert.is(nat.sendIn(packetIn(protocol, REMOTE, `${E}:0`)).outcome, "NoMapping");
  }
});

mappings("hold 64,512 endpoints of each protocol at once, and refuse one more", () => {
  const nat = natWith({ externalPorts: "1024-65535" });
  for (const protocol of PROTOCOLS) {
    const taken = new Set<number>();
    forEachPort(protocol, (packet, internal) => {
      const external = core.portOf(core.sourceOf(nat.sendOut(packet).packet));
      assert.is(external % 2, internal % 2);
      taken.add(external);
    });
    assert.is(taken.size, PORTS_ABOVE_1023);
  }
  const state = nat.state();
  for (const protocol of PROTOCOLS) {
    const packet = packetOut(protocol, OTHER_HOST, REMOTE);
    assert.is(nat.sendOut(packet).outcome, "NoPort");
  }

  // Nothing was evicted, and every endpoint is still found.
  assert.is(state.length, 3 * PORTS_ABOVE_1023);
  assert.equal(nat.state(), state);
  const before = new Map(nat.mappings().map((each) => [keyOf(each), each.externalPort]));
  for (const protocol of PROTOCOLS) {
    forEachPort(protocol, (packet, internal) => {
      const external = core.portOf(core.sourceOf(nat.sendOut(packet).packet));
      assert.is(external, before.get(`${protocol} ${internal}`));
    });
  }
});

mappings("hold 20,000 hosts with one port each, and answer every one", () => {
  const nat = natWith({ externalPorts: "1024-65535" });
  const template = packetOut("udp", HOST, REMOTE);
  for (let host = 0; host < 20_000; host++) {
    write32(template, 12, parseAddress("10.0.0.0") + host);
    const { packet } = nat.sendOut(withHeaderChecksum(template));
    const answer = nat.sendIn(packetIn("udp", REMOTE, core.sourceOf(packet))).packet;
    assert.equal(answer.slice(16, 20), template.slice(12, 16), `host ${host}`);
  }
});

// RFC 4787 REQ-11: deterministic behaviour.
mappings("are made alike from the same seed and the same packets", () => {
  const opened = (): string[] => {
    const nat = natWith();
    return Array.from({ length: 50 }, (_, n) => nat.open("tcp", `10.0.0.2:${5000 + n}`));
  };

  assert.equal(opened(), opened());
});

mappings("remember the remote endpoint last sent to", () => {
  const nat = natWith();
  nat.open("tcp", HOST, REMOTE);
  nat.sendOut(tcpPacket({ from: HOST, to: "192.0.2.1:81", flags: "SYN" }));

  const [mapping] = nat.mappings();
  assert.is(`${mapping!.remoteAddress}:${mapping!.remotePort}`, "192.0.2.1:81");
});

mappings.run();

/** A packet of one host from each port above 1023; its transport checksum is stale. */
function forEachPort(
  protocol: core.ProtocolName,
  visit: (packet: Uint8Array, internal: number) => void,
): void {
  const packet = packetOut(protocol, HOST, REMOTE);
  for (let internal = 1024; internal < 65536; internal++) {
    write16(packet, protocol === "icmp" ? 24 : 20, internal);
    visit(packet, internal);
  }
}

function keyOf({ protocol, internalPort }: { protocol: string; internalPort: number }): string {
  return `${protocol} ${internalPort}`;
}
