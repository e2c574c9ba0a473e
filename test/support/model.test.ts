/** The model by itself: worked examples of docs/behaviour.md, and its arithmetic against the oracle. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Phase, Protocol, Side } from "../../assembly/abi.ts";
import { allSumsAreRight, checksumsOf, internetChecksum } from "./checksum.ts";
import { type ChoosePort, type Fate, IllegalChoice, leaves } from "./model/fate.ts";
import { Model } from "./model/model.ts";
import { legalPorts } from "./model/ports.ts";
import { updatedChecksum } from "./model/rewrite.ts";
import type { Settings } from "./model/settings.ts";
import { parseAddress, read16, read32, write16 } from "./octets.ts";
import { icmpError, icmpQuery, tcpPacket, udpPacket } from "./packets.ts";

const E = "203.0.113.1";
const HOST = "10.0.0.2:5000";
const OTHER_HOST = "10.0.0.3:5000";
const REMOTE = "198.51.100.10:7000";
const STRANGER = "192.0.2.1:7000";

const SETTINGS: Settings = {
  external: parseAddress(E),
  network: { address: 0, mask: 0 },
  ports: { first: 40000, last: 40003 },
  lifetimes: { udp: 5000, icmp: 3000, tcpTransitory: 4000, tcpEstablished: 20000 },
  holdDown: 6000,
  inboundRefresh: false,
  virtioHeader: false,
  router: null,
};

const model = suite<{ model: Model }>("model");

model.before.each((context) => {
  context.model = new Model(SETTINGS);
});

model("carries a packet out and its answer back in", ({ model }) => {
  const sent = forwarded(send(model, udpPacket({ from: HOST, to: REMOTE, payload: "question" })));
  const answer = udpPacket({ from: REMOTE, to: `${E}:${read16(sent, 20)}`, payload: "answer" });
  const received = forwarded(arrive(model, answer));

  assert.is(read32(sent, 12), parseAddress(E));
  assert.ok(allSumsAreRight(sent));
  assert.equal(received, udpPacket({ from: REMOTE, to: HOST, payload: "answer" }));
});

model("names the first check that fails, and changes nothing", ({ model }) => {
  const drops: [Uint8Array, keyof typeof Outcome][] = [
    [new Uint8Array(19), "Truncated"],
    [udpPacket({ from: HOST, to: REMOTE, version: 6, ihl: 4 }), "NotIpv4"],
    [udpPacket({ from: HOST, to: REMOTE, ihl: 4, totalLength: 9 }), "HeaderLength"],
    [udpPacket({ from: HOST, to: REMOTE, totalLength: 29, headerChecksum: 0 }), "TotalLength"],
    [udpPacket({ from: HOST, to: REMOTE, headerChecksum: 0, fragment: 1 }), "HeaderChecksum"],
    [udpPacket({ from: "127.0.0.1", to: REMOTE, fragment: 0x2000 }), "Fragment"],
    [udpPacket({ from: E, to: "224.0.0.1" }), "SourceAddress"],
    [udpPacket({ from: HOST, to: "255.255.255.255", protocol: 2 }), "DestinationAddress"],
    [udpPacket({ from: HOST, to: REMOTE, protocol: 132 }), "UnsupportedProtocol"],
    [udpPacket({ from: HOST, to: REMOTE, protocol: 6 }), "TransportTruncated"],
    [udpPacket({ from: HOST, to: REMOTE, udpLength: 9 }), "UdpLength"],
    [tcpPacket({ from: HOST, to: REMOTE, dataOffset: 6 }), "TcpOffset"],
    [icmpQuery({ from: HOST, to: REMOTE, type: 0 }), "IcmpType"],
    [tcpPacket({ from: HOST, to: REMOTE, flags: "SYN ACK" }), "NotSyn"],
    [icmpQuery({ from: HOST, to: E, type: 13 }), "NoMapping"],
  ];
  for (const [packet, name] of drops) assert.is(Outcome[send(model, packet).outcome], name);
  assert.equal(model.state.mappings(), []);
});

model("admits former remotes for as long as their session lives", ({ model }) => {
  const sent = forwarded(send(model, udpPacket({ from: HOST, to: REMOTE })));
  const to = `${E}:${read16(sent, 20)}`;
  assert.is(arrive(model, udpPacket({ from: STRANGER, to })).outcome, Outcome.Filtered);
  send(model, udpPacket({ from: HOST, to: STRANGER }), 3000);

  const again = udpPacket({ from: REMOTE, to });
  assert.is(arrive(model, again, 4999).outcome, Outcome.Inbound);
  assert.is(arrive(model, again, 5000).outcome, Outcome.Filtered);
  assert.is(arrive(model, udpPacket({ from: STRANGER, to }), 7999).outcome, Outcome.Inbound);
  assert.is(arrive(model, udpPacket({ from: STRANGER, to }), 8000).outcome, Outcome.NoMapping);
});

model("hairpins to a mapping that never sent to the sender", ({ model }) => {
  const target = forwarded(send(model, udpPacket({ from: OTHER_HOST, to: REMOTE })));
  const packet = udpPacket({ from: HOST, to: `${E}:${read16(target, 20)}`, payload: "hi" });
  const fate = send(model, packet);
  const sent = forwarded(fate);

  assert.is(fate.outcome, Outcome.Hairpin);
  assert.equal(
    sent,
    udpPacket({ from: `${E}:${read16(sent, 20)}`, to: OTHER_HOST, payload: "hi" }),
  );
});

model("takes a TCP connection from its SYN to its end", ({ model }) => {
  const phaseAfter = (from: string, to: string, flags: string): number => {
    const packet = tcpPacket({ from, to, flags });
    const fate = from === HOST ? send(model, packet) : arrive(model, packet);
    forwarded(fate);
    return model.state.mappings()[0]!.phase;
  };
  const { SynOut, SynIn, FinOut, FinIn, Reset, Shared } = Phase;
  const established = SynOut | SynIn;
  assert.is(phaseAfter(HOST, REMOTE, "SYN"), SynOut);
  const to = `${E}:${model.state.mappings()[0]!.externalPort}`;
  assert.is(phaseAfter(REMOTE, to, "SYN ACK"), established);
  assert.is(phaseAfter(REMOTE, to, "FIN ACK"), established | FinIn);
  assert.is(phaseAfter(HOST, REMOTE, "FIN ACK"), established | FinIn | FinOut);
  assert.is(phaseAfter(HOST, REMOTE, "SYN"), SynOut);
  assert.is(phaseAfter(REMOTE, to, "RST"), SynOut | Reset);
  assert.is(phaseAfter(HOST, REMOTE, "ACK"), SynOut);
  assert.is(phaseAfter(HOST, STRANGER, "SYN"), SynOut | Shared);
});

model(
  "lets a reset shorten an established mapping's life, and a stray one do nothing",
  ({ model }) => {
    const tcp = (flags: string, remote = REMOTE): Uint8Array =>
      tcpPacket({ from: HOST, to: remote, flags });
    send(model, tcp("SYN"));
    send(model, tcp("SYN ACK"));
    const [mapping] = model.state.mappings();
    assert.is(model.state.lifetime(mapping!), 20000);

    forwarded(send(model, tcp("RST", STRANGER), 10));
    assert.is(mapping!.last, 0);
    forwarded(send(model, tcp("RST"), 20));
    assert.is(model.state.lifetime(mapping!), 4000);
    assert.is(mapping!.last, 20);
    forwarded(send(model, tcp("RST"), 30));
    assert.is(mapping!.last, 20);
  },
);

model("translates the packet quoted in an error, and every checksum over it", ({ model }) => {
  const packet = udpPacket({ from: HOST, to: REMOTE, payload: "odd" });
  const sent = forwarded(send(model, packet));
  const fate = arrive(model, icmpError({ from: "192.0.2.1", to: E, about: sent }));

  assert.equal(forwarded(fate), icmpError({ from: "192.0.2.1", to: "10.0.0.2", about: packet }));
  assert.equal(Object.values(checksumsOf(forwarded(fate))), ["right", "right", "right", "right"]);
});

model("refuses choices that no port rule allows", ({ model }) => {
  const open = (port: number | undefined, from = HOST, now = 0): Fate =>
    send(model, udpPacket({ from, to: REMOTE }), now, () => port);
  assert.throws(() => open(39999), refusal(/outside the range/));
  assert.throws(() => open(40001), refusal(/preferred to 40000/));
  assert.throws(() => open(undefined), refusal(/There is a port: 40000/));

  open(40000);
  assert.throws(() => open(40000, OTHER_HOST), refusal(/in use/));
  assert.throws(() => open(40000, OTHER_HOST, 10_999), refusal(/rests/));
  assert.is(open(40000, OTHER_HOST, 11_000).outcome, Outcome.Outbound);
});

model("lets every port be in use, rest or just have rested before there is none", ({ model }) => {
  for (let host = 2; host < 6; host++) {
    send(model, udpPacket({ from: `10.0.0.${host}:5000`, to: REMOTE }));
  }
  const late = udpPacket({ from: "10.0.0.9:5000", to: REMOTE });
  assert.is(send(model, late, 12_023, () => undefined).outcome, Outcome.NoPort);
  assert.throws(() => send(model, late, 12_024, () => undefined), refusal(/There is a port/));
});

model("updates a checksum to what a full computation gives", () => {
  const word = fc.nat(0xffff);
  const property = fc.property(
    fc.array(word, { minLength: 2, maxLength: 30 }),
    fc.array(word, { minLength: 1, maxLength: 30 }),
    (before, replacements) => {
      const words = [0x4500, ...before];
      const after = words.map((each, index) =>
        index === 0 ? each : (replacements[index - 1] ?? each),
      );
      const replaced = after.map((each, index): [number, number] => [words[index]!, each]);
      assert.is(updatedChecksum(sumOf(words), replaced.slice(1)), sumOf(after));
    },
  );
  fc.assert(property, { seed: 1, numRuns: 2000 });
});

model("gives the sums of RFC 1624 §4", () => {
  assert.is(updatedChecksum(0xdd2f, [[0x5555, 0x3285]]), 0x0000);
});

model.run();

/** An internal packet; a new mapping takes the first port that is legal unless told otherwise. */
function send(model: Model, octets: Uint8Array, now = 0, choosePort?: ChoosePort): Fate {
  model.readClock(now);
  const first: ChoosePort = (internal) => legalPorts(model.state, protocolOf(octets), internal)[0];
  return model.translate({ octets, side: Side.Internal, inside: true }, choosePort ?? first);
}

function arrive(model: Model, octets: Uint8Array, now = 0): Fate {
  model.readClock(now);
  const never: ChoosePort = () => {
    throw new Error("An inbound packet makes no mapping.");
  };
  return model.translate({ octets, side: Side.External, inside: true }, never);
}

function forwarded(fate: Fate): Uint8Array {
  assert.ok(leaves(fate), Outcome[fate.outcome]);
  return (fate as { octets: Uint8Array }).octets;
}

function refusal(problem: RegExp): (error: Error) => boolean {
  return (error) => error instanceof IllegalChoice && problem.test(error.message);
}

function protocolOf(octets: Uint8Array): Protocol {
  return { 1: Protocol.Icmp, 6: Protocol.Tcp, 17: Protocol.Udp }[octets[9]!]!;
}

function sumOf(words: number[]): number {
  const octets = new Uint8Array(words.length * 2);
  words.forEach((word, index) => write16(octets, index * 2, word));
  return internetChecksum(octets);
}
