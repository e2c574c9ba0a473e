/** That the theorems about the specification are proved of it, and refuted of what is not it. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { proveAddresses } from "../../../verify/proofs/derived/addresses.ts";
import { proveChecksums } from "../../../verify/proofs/derived/checksums.ts";
import { areCongruent } from "../../../verify/proofs/derived/congruence.ts";
import { proveDrops } from "../../../verify/proofs/derived/drops.ts";
import {
  type AnyMappings,
  type Through,
  lawfulPath,
} from "../../../verify/proofs/derived/explore.ts";
import { proveFilter } from "../../../verify/proofs/derived/filter.ts";
import {
  STAYS_UNIT,
  UNIQUE_UNIT,
  proveStays,
  proveUnique,
} from "../../../verify/proofs/derived/mappings.ts";
import { provePayload } from "../../../verify/proofs/derived/payload.ts";
import { DERIVED_UNITS } from "../../../verify/proofs/derived/units.ts";
import { openSolver } from "../../../verify/solver/solver.ts";
import { Ipv4, type Octets } from "../../../verify/spec/datagram.ts";
import { is, plus } from "../../../verify/spec/language.ts";
import type { Nat } from "../../../verify/spec/nat.ts";
import { drop } from "../../../verify/spec/outcome.ts";
import { translate } from "../../../verify/spec/packet.ts";
import { Facts } from "../../../verify/symbolic/facts.ts";
import type { Path } from "../../../verify/symbolic/path.ts";
import { Prover } from "../../../verify/symbolic/prover.ts";
import { concat, extract, not } from "../../../verify/terms/bits.ts";
import { evaluator } from "../../../verify/terms/evaluate.ts";
import { eq } from "../../../verify/terms/comparisons.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { type Term, constant, variable } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import { Draw } from "../../support/random.ts";

const solver = await openSolver();

type Proof = (prover: Prover) => Promise<{ paths: Path[] }>;

class Refuted extends Error {}

/** Stops at the first claim that is not so. */
class HastyProver extends Prover {
  override async show(path: Path, claim: Term, what: string): Promise<boolean> {
    const isShown = await super.show(path, claim, what);
    if (this.failures.some(({ answer }) => answer.status === "sat")) throw new Refuted(what);
    return isShown;
  }
}

/** What is not so, first of all. */
async function refutation(proof: Proof): Promise<string> {
  try {
    await proof(new HastyProver(solver));
  } catch (error) {
    if (error instanceof Refuted) return error.message;
    throw error;
  }
  return "nothing";
}

/** Goes through a NAT of which something is different. */
function withNat(change: (nat: Nat) => Partial<Nat>): Through {
  return (octets, length, side, unfinished, nat) => {
    const same: Nat = {
      settings: nat.settings,
      isReady: nat.isReady,
      owner: nat.owner.bind(nat),
      mappingOf: nat.mappingOf.bind(nat),
      admits: nat.admits.bind(nat),
      send: nat.send.bind(nat),
      receive: nat.receive.bind(nat),
    };
    return translate(octets, length, side, unfinished, { ...same, ...change(nat) });
  };
}

/** Goes through, and is then written to; `original` is the packet as it came. */
function thenWritten(
  isMeant: (ip: Ipv4, outcome: string) => boolean,
  write: (octets: Octets, original: (at: Term) => Term, ip: Ipv4) => void,
): Through {
  return (octets, length, side, unfinished, nat) => {
    const arrived = new Map<Term, Term>();
    const kept: Octets = {
      octet: (at) => octets.octet(at),
      setOctet(at, value) {
        arrived.set(at, octets.octet(at));
        octets.setOctet(at, value);
      },
      sumsToOnes: (from, count) => octets.sumsToOnes(from, count),
      sum: (from, count) => octets.sum(from, count),
    };
    const fate = translate(kept, length, side, unfinished, nat);
    const ip = new Ipv4(octets, constant(0, 32));
    const original = (at: Term) => arrived.get(at) ?? octets.octet(at);
    if (isMeant(ip, fate.outcome)) write(octets, original, ip);
    return fate;
  };
}

function restored(from: (ip: Ipv4) => Term, count: number, isMeant = isForwarded): Through {
  return thenWritten(isMeant, (octets, original, ip) => {
    for (let i = 0; i < count; i++) {
      const at = plus(from(ip), i);
      octets.setOctet(at, original(at));
    }
  });
}

const isForwarded = (_ip: Ipv4, outcome: string): boolean =>
  ["Outbound", "Inbound", "Hairpin"].includes(outcome);

const isOfUdp = (ip: Ipv4, outcome: string): boolean =>
  isForwarded(ip, outcome) && is(ip.octets.octet(constant(9, 32)), 17);

const isError = (ip: Ipv4, outcome: string): boolean =>
  isForwarded(ip, outcome) &&
  is(ip.octets.octet(constant(9, 32)), 1) &&
  is(ip.transportOctet(0), 3, 11, 12);

const derived = suite("derived theorems");

derived.after(() => solver.close());

const { functions } = JSON.parse(readFileSync("build/core.json", "utf8"));
const context = {
  module: decode(readFileSync("build/core.wasm")),
  indexOf: (name: string) => functions[name],
  answers: new Map(),
};

const WORDS = Array.from({ length: 6 }, (_, i) => variable(`derived word ${i}`, 16));

function anyWord(draw: Draw, depth: number): Term {
  const inner = () => anyWord(draw, depth - 1);
  const word = WORDS[draw.below(WORDS.length)]!;
  if (depth === 0) return draw.below(5) === 0 ? constant(draw.below(65536), 16) : word;
  const kind = draw.below(4);
  if (kind === 0) return not(inner());
  if (kind === 1) return swapped(inner());
  return kind === 2 ? onesSum(inner(), inner(), inner()) : inner();
}

function swapped(word: Term): Term {
  return concat(extract(word, 7, 0), extract(word, 15, 8));
}

/** Other words with the same sum. */
function rewritten(draw: Draw, words: Term[]): Term[] {
  const [first, ...rest] = words as [Term, ...Term[]];
  const more = anyWord(draw, 1);
  return [not(onesSum(not(first), more, not(constant(0, 16)))), ...rest, more];
}

derived("rest on sums that are congruent where they are said to be", () => {
  for (let word = 0; word < 65536; word++) {
    const turned = ((word & 0xff) << 8) | (word >> 8);
    assert.is((word + (word ^ 0xffff)) % 65535, 0);
    assert.is((256 * word) % 65535, turned % 65535);
  }
  let congruent = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const draw = Draw.seeded(seed);
    const facts = new Facts();
    const values = WORDS.map(() => (draw.below(8) === 0 ? 0 : draw.below(65536)));
    const [a, b] = [draw.below(WORDS.length), draw.below(WORDS.length)];
    values[a] = values[b]!;
    facts.assume(eq(WORDS[a]!, WORDS[b]!));
    const valueOf = evaluator({
      variable: (name) => BigInt(values[Number(name.at(-1))]!),
      apply: () => 0n,
    });
    const before = [anyWord(draw, 3), anyWord(draw, 2), WORDS[a]!];
    const other = draw.below(2) === 0 ? [anyWord(draw, 2), WORDS[b]!] : before.slice(1);
    const after = rewritten(draw, [before[0]!, ...other]);
    if (!areCongruent(before, after, facts)) continue;
    congruent++;
    const sum = (words: Term[]) => words.reduce((total, word) => total + valueOf(word), 0n);
    assert.is((sum(before) - sum(after)) % 65535n, 0n, `seed ${seed}`);
  }
  assert.ok(congruent > 1000);
});

// The two about mappings alone take their time: they are left to `npm run verify`.
for (const unit of DERIVED_UNITS.filter((one) => one !== STAYS_UNIT && one !== UNIQUE_UNIT)) {
  derived(`are proved of the specification: ${unit.name}`, async () => {
    const prover = new HastyProver(solver);
    const { paths } = await unit.prove({ ...context, prover });

    assert.equal(prover.failures, []);
    assert.ok(paths.length > 0 && prover.shown > 0);
  });
}

derived("refute drops that refresh", async () => {
  const through = withNat((nat) => ({
    admits(mapping, address) {
      nat.receive(mapping, { address, port: constant(80, 16) }, constant(0, 8));
      return nat.admits(mapping, address);
    },
  }));

  assert.match(await refutation((prover) => proveDrops(prover, through)), /changes no mapping/);
});

derived("refute drops that write to the packet", async () => {
  const through = thenWritten(
    (_ip, outcome) => outcome === "Filtered",
    (octets) => octets.setOctet(constant(8, 32), constant(0, 8)),
  );

  assert.match(await refutation((prover) => proveDrops(prover, through)), /keeps its octets/);
});

derived("refute a filter that admits anybody", async () => {
  const through = withNat(() => ({ admits: () => true }));

  assert.match(await refutation((prover) => proveFilter(prover, through)), /is admitted/);
});

derived("refute errors about nobody's datagrams", async () => {
  const internal = { address: constant(0x0a000001, 32), port: constant(7, 16) };
  const through = withNat((nat) => ({
    owner: (protocol, externalPort) =>
      nat.owner(protocol, externalPort) ?? { protocol, externalPort, internal },
    admits: (mapping, address) => nat.admits(mapping, address),
  }));

  assert.match(await refutation((prover) => proveFilter(prover, through)), /is admitted/);
});

derived("refute a NAT that forgets live mappings", async () => {
  const through: Through = (_octets, _length, _side, _unfinished, nat) => {
    const { state } = nat as AnyMappings;
    state.forget("Udp", constant(7, 16));
    return drop("NoMapping");
  };

  assert.match(await refutation((prover) => proveStays(prover, through)), /mappings of Udp stay/);
});

derived("refute states in which a port is shared", async () => {
  const path = lawfulPath();
  path.laws = path.laws.filter(({ name }) => !name.startsWith("endpoints"));

  assert.match(await refutation((prover) => proveUnique(prover, path)), /do not share a port/);
});

derived("refute a source that leaves as it came", async () => {
  const through = restored(() => constant(15, 32), 1);

  assert.match(await refutation((prover) => proveAddresses(prover, through)), /the source is E/);
});

derived("refute a quoted address that leaves as it came", async () => {
  const through = restored((ip) => plus(ip.transport, 8 + 16), 4, isError);
  const what = await refutation((prover) => proveAddresses(prover, through));

  assert.match(what, /the quoted destination is E/);
});

derived("refute a packet that is changed elsewhere", async () => {
  const through = thenWritten(isForwarded, (octets) =>
    octets.setOctet(constant(8, 32), constant(63, 8)),
  );

  assert.match(await refutation((prover) => provePayload(prover, through)), /may change/);
});

for (const [what, from, isMeant] of [
  ["IP", () => constant(10, 32), isForwarded],
  ["UDP", (ip: Ipv4) => plus(ip.transport, 6), isOfUdp],
  ["ICMP error", (ip: Ipv4) => plus(ip.transport, 2), isError],
] as const) {
  derived(`refute a checksum that is not updated: ${what}`, async () => {
    const proof: Proof = (prover) => proveChecksums(prover, restored(from, 2, isMeant));

    assert.match(
      (await refutation(proof)).toLowerCase(),
      new RegExp(`^${what}(, begun)?: the sum`, "i"),
    );
  });
}

derived("refute a checksum of UDP that becomes none", async () => {
  const through = thenWritten(isOfUdp, (octets, _original, ip) => {
    for (const at of [6, 7]) octets.setOctet(plus(ip.transport, at), constant(0, 8));
  });
  const what = await refutation((prover) => proveChecksums(prover, through));

  assert.match(what, /^Udp(, begun)?: the sum|^UDP: a checksum, if/);
});

derived.run();
