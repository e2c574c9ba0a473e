import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Phase } from "../../assembly/abi.ts";
import { freshCore } from "../support/core.ts";

const { SynOut, SynIn, FinOut, FinIn, Reset, Shared } = Phase;
const OPEN = SynOut | SynIn;
const FLAGS = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 };
type Flag = keyof typeof FLAGS;
type Bit = keyof typeof Phase;

const core = freshCore();
const phase = suite("TCP phase");

phase("goes through a connection from SYN to the second FIN", () => {
  assertPhases([
    [0, "out", "SYN", SynOut],
    [SynOut, "in", "SYN ACK", OPEN],
    [OPEN, "out", "ACK", OPEN],
    [OPEN, "in", "PSH ACK", OPEN],
    [OPEN, "out", "FIN ACK", OPEN | FinOut],
    [OPEN | FinOut, "in", "ACK", OPEN | FinOut],
    [OPEN | FinOut, "in", "FIN ACK", OPEN | FinOut | FinIn],
    [OPEN | FinOut | FinIn, "out", "ACK", OPEN | FinOut | FinIn],
  ]);
});

// RFC 5382 REQ-2.
phase("takes in a simultaneous open", () => {
  assertPhases([
    [SynOut, "in", "SYN", OPEN],
    [OPEN, "out", "SYN ACK", OPEN],
  ]);
});

phase("counts a SYN that acknowledges for both sides", () => {
  assertPhases([
    [SynOut, "out", "SYN ACK", OPEN],
    [SynOut, "in", "SYN ACK", OPEN],
    [0, "out to another", "SYN ACK", OPEN],
  ]);
});

phase("keeps a reset until the next segment shows that it was none", () => {
  assertPhases([
    [OPEN, "out", "RST", OPEN | Reset],
    [OPEN, "in", "RST ACK", OPEN | Reset],
    [OPEN | Reset, "in", "ACK", OPEN],
    [OPEN | Reset, "out", "ACK", OPEN],
    [OPEN | Reset, "in", "RST", OPEN | Reset],
  ]);
});

phase("takes nothing else from a segment with RST", () => {
  assertPhases([
    [SynOut, "in", "RST SYN FIN", SynOut | Reset],
    [SynOut, "out", "RST SYN ACK FIN", SynOut | Reset],
  ]);
});

// RFC 6191.
phase("begins anew with a SYN after the connection has closed, and only then", () => {
  assertPhases([
    [OPEN | FinOut | FinIn, "out", "SYN", SynOut],
    [OPEN | Reset, "out", "SYN", SynOut],
    [OPEN | FinOut, "out", "SYN", OPEN | FinOut],
    [OPEN | FinOut | FinIn, "in", "SYN", OPEN | FinOut | FinIn],
    [OPEN | FinOut | FinIn, "out", "SYN ACK", OPEN],
  ]);
});

phase("begins anew with any segment to another endpoint after the connection has closed", () => {
  assertPhases([
    [OPEN | Reset, "out to another", "ACK", 0],
    [OPEN | FinOut | FinIn, "out to another", "SYN", SynOut],
    [OPEN | FinOut | FinIn, "out to another", "FIN ACK", FinOut],
  ]);
});

phase("is shared from the second endpoint on, and then never closes", () => {
  assertPhases([
    [SynOut, "out to another", "SYN", SynOut | Shared],
    [OPEN | FinOut, "out to another", "SYN", OPEN | FinOut | Shared],
    [OPEN | Shared, "out", "RST", OPEN | Shared | Reset],
    [OPEN | Shared | Reset, "out", "SYN", OPEN | Shared],
    [OPEN | Shared | FinOut | FinIn, "out to another", "SYN", OPEN | Shared | FinOut | FinIn],
  ]);
});

phase("is closed by a reset or both FINs unless it is shared", () => {
  for (const [bits, isClosed] of [
    [0, false],
    [OPEN, false],
    [OPEN | FinOut, false],
    [OPEN | FinIn, false],
    [OPEN | FinOut | FinIn, true],
    [SynOut | Reset, true],
    [OPEN | Shared | Reset, false],
    [OPEN | Shared | FinOut | FinIn, false],
  ] as const) {
    assert.is(core.isClosed(bits), Number(isClosed), described(bits));
  }
});

phase("is established with both SYNs until it is closed", () => {
  for (const [bits, isEstablished] of [
    [SynOut, false],
    [SynIn, false],
    [OPEN, true],
    [OPEN | FinOut, true],
    [OPEN | FinOut | FinIn, false],
    [OPEN | Reset, false],
    [OPEN | Shared | Reset, true],
    [SynOut | Shared, false],
  ] as const) {
    assert.is(core.isEstablished(bits), Number(isEstablished), described(bits));
  }
});

phase("follows docs/behaviour.md §5 from every phase with every segment", () => {
  for (let before = 0; before < 64; before++) {
    assert.is(core.isClosed(before), Number(isClosed(bitsOf(before))), described(before));
    for (let octet = 0; octet < 256; octet++) {
      const flags = new Set((Object.keys(FLAGS) as Flag[]).filter((flag) => octet & FLAGS[flag]));
      for (const where of ["in", "out", "out to another"] as const) {
        // An RST to another endpoint never comes this far.
        if (where === "out to another" && flags.has("RST")) continue;
        const expected = phaseAfter(bitsOf(before), where, flags);
        const actual = bitsOf(after(before, where, octet));
        const context = `${described(before)}, ${where}, ${[...flags].join(" ")}`;
        assert.equal([...actual].sort(), [...expected].sort(), context);
      }
    }
  }
});

phase.run();

type Where = "in" | "out" | "out to another";

function assertPhases(rows: [before: number, where: Where, flags: string, after: number][]): void {
  for (const [before, where, flags, expected] of rows) {
    const octet = flags.split(" ").reduce((sum, flag) => sum | FLAGS[flag as Flag], 0);
    const context = `${described(before)}, ${where}, ${flags}`;
    assert.is(described(after(before, where, octet)), described(expected), context);
  }
}

function after(before: number, where: Where, flags: number): number {
  if (where === "in") return core.afterInbound(before, flags);
  const isSameRemote = Number(where === "out");
  return core.afterOutbound(core.beforeOutbound(before, flags, isSameRemote), flags);
}

/** The steps of §5 as they stand there, on sets of names. */
function phaseAfter(before: Set<Bit>, where: Where, flags: Set<Flag>): Set<Bit> {
  let bits = new Set(before);
  if (where === "out to another") {
    if (bits.size === 0 || isClosed(bits)) bits = new Set();
    else bits.add("Shared");
  }
  const opens = flags.has("SYN") && !flags.has("RST");
  if (where !== "in" && opens && isClosed(bits)) bits = new Set();
  bits.delete("Reset");
  if (flags.has("RST")) return bits.add("Reset");
  if (flags.has("SYN")) bits.add(where === "in" ? "SynIn" : "SynOut");
  if (flags.has("SYN") && flags.has("ACK")) bits.add("SynIn").add("SynOut");
  if (flags.has("FIN")) bits.add(where === "in" ? "FinIn" : "FinOut");
  return bits;
}

function isClosed(bits: Set<Bit>): boolean {
  if (bits.has("Shared")) return false;
  return bits.has("Reset") || (bits.has("FinOut") && bits.has("FinIn"));
}

function bitsOf(bits: number): Set<Bit> {
  const names: Bit[] = ["SynOut", "SynIn", "FinOut", "FinIn", "Reset", "Shared"];
  return new Set(names.filter((name) => bits & Phase[name]));
}

function described(bits: number): string {
  return [...bitsOf(bits)].join(" ") || "no bit";
}
