/**
 * Loads and stores. Which region an address belongs to is read off its form, a guess that the proof
 * then confirms: the element's index is proved to be below the region's count, or the octets to be
 * within the packet.
 */
import type { Region } from "../contracts/layout.ts";
import { add, linear } from "../terms/arithmetic.ts";
import { concat, cutFrom, extract, signExtend, zeroExtend } from "../terms/bits.ts";
import { shiftRight } from "../terms/shifts.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all } from "../terms/logic.ts";
import { FALSE, constant, isConstant, type Term } from "../terms/term.ts";
import type { Access } from "./operations.ts";
import type { Path } from "./path.ts";

/** The packet that a function works on. */
export interface PacketBounds {
  /** Its address and its length in octets, 32 bits each. */
  base: Term;
  length: Term;
  /** What has to hold for it to be there, if that is not known at once. */
  isThere?: Term;
}

/** Says that a claim has to hold on a path. */
export type Require = (path: Path, claim: Term, what: string) => Promise<void>;

/** A greater distance from a number is one to the left of it. */
const MOST_OCTETS = 65536n;

/** Says that a claim is worth knowing, if it holds. */
export type Suggest = (path: Path, claim: Term) => Promise<void>;

/** Where an access goes. */
type Place =
  { kind: "octets"; at: Term } | { kind: "table"; region: Region; index: Term; offset: number };

export class Memory {
  constructor(
    private readonly regions: Region[],
    private readonly require: Require,
    private readonly suggest: Suggest,
  ) {}

  async load(path: Path, address: Term, offset: number, access: Access): Promise<Term> {
    const place = await this.place(path, address, offset, access.octets);
    const value =
      place.kind === "octets"
        ? path.octets.readWord(place.at, access.octets, path.facts)
        : readTable(path, place.region, place.index, place.offset, access.octets);
    return access.isSigned ? signExtend(value, access.width) : zeroExtend(value, access.width);
  }

  async store(
    path: Path,
    address: Term,
    offset: number,
    access: Access,
    value: Term,
  ): Promise<void> {
    const place = await this.place(path, address, offset, access.octets);
    const stored = extract(value, access.octets * 8 - 1, 0);
    if (place.kind === "octets") {
      path.octets = path.octets.writeWord(place.at, stored, path.facts);
      return;
    }
    const { region, index } = place;
    const field = region.fields.find((one) => one.offset === place.offset);
    if (!field || field.width !== stored.width) throw new Error(`a store across ${region.name}`);
    path.state = path.state.with(path.state.table(field.name).write(index, stored));
  }

  private async place(path: Path, raw: Term, offset: number, octets: number): Promise<Place> {
    const address = path.facts.refine(raw);
    // The sum of address and offset does not wrap (WebAssembly computes it with 33 bits).
    const limit = constant((1n << 32n) - BigInt(offset), 32);
    if (offset > 0) await this.require(path, ult(address, limit), "the address does not wrap");
    const effective = path.facts.refine(add(address, constant(offset, 32)));
    const inPacket = path.packet && distanceIn(path.packet, effective);
    if (inPacket) {
      const { isThere } = path.packet!;
      if (isThere) await this.require(path, isThere, "there is a packet");
      await this.requireOctets(path, inPacket, octets);
      return { kind: "octets", at: inPacket };
    }
    return this.element(path, effective);
  }

  private async requireOctets(path: Path, at: Term, octets: number): Promise<void> {
    const [from, start] = split(at);
    const end = start + BigInt(octets);
    if (path.reaches(from, end)) return;
    const what = `${octets} octets lie within the packet`;
    const { length } = path.packet!;
    if (end <= MOST_OCTETS) {
      // All from `from` on: what is known to be there is so without wrapping.
      await this.require(path, fits(from, end, length), what);
      path.noteExtent(from, end);
    } else await this.require(path, fits(at, BigInt(octets), length), what);
  }

  /** A slice is better known as all of the number that it is cut from, when the rest of that is zero. */
  private async suggestWhole(path: Path, index: Term): Promise<void> {
    for (const part of index.op === "sum" ? index.args : [index]) {
      const whole = cutFrom(part);
      if (whole) await this.suggest(path, ule(whole, constant(part.max, whole.width)));
    }
  }

  private async element(path: Path, address: Term): Promise<Place> {
    const [unknown, start] = split(address);
    // An index may be counted from 1, but not in an address that is known.
    const slack = (one: Region) => (isConstant(address) ? 0 : one.stride);
    const region = this.regions.findLast((one) => BigInt(one.base - slack(one)) <= start);
    if (!region) throw new Error("an address in no region");
    const from = start - BigInt(region.base);
    const stride = BigInt(region.stride);
    const within = ((from % stride) + stride) % stride;
    const field = region.fields.find((one) => BigInt(one.offset) === within);
    if (!field) {
      await this.require(path, FALSE, `the address is that of a field of ${region.name}`);
    } else if (!path.state.has(field.name)) {
      await this.require(path, FALSE, `of ${region.name}, only what was given is touched`);
    }
    const scaled = divide(unknown, region.stride);
    if (!scaled) {
      const rest = extract(unknown, Math.log2(region.stride) - 1, 0);
      const isWhole = eq(rest, constant(0, rest.width));
      await this.require(path, isWhole, `the address is that of an element of ${region.name}`);
      throw new Error(`an address that cannot be divided into the elements of ${region.name}`);
    }
    await this.suggestWhole(path, scaled);
    const index = path.facts.refine(add(scaled, constant((from - within) / stride, 32)));
    const claim = ult(index, constant(region.count, 32));
    await this.require(path, claim, `the element is within ${region.name}`);
    return { kind: "table", region, index, offset: Number(within) };
  }
}

/** The distance from a packet's first octet, if the address is made from the packet's. */
function distanceIn({ base }: PacketBounds, address: Term): Term | undefined {
  const unknown = unknownsOf(base)[0];
  if (!unknown || !unknownsOf(address).includes(unknown)) return undefined;
  const distance = linear([address, 1n], [base, -1n]);
  return unknownsOf(distance).includes(unknown) ? undefined : distance;
}

/** Whether `octets` octets at a distance lie within a length, none of the sums wrapping. */
function fits(from: Term, octets: bigint, length: Term): Term {
  const size = constant(octets, 32);
  return all(ule(size, length), ule(from, linear([length, 1n], [size, -1n])));
}

/** An address without its constant part, and that part. */
function split(address: Term): [Term, bigint] {
  if (isConstant(address)) return [constant(0, 32), address.value];
  if (address.op !== "sum") return [address, 0n];
  return [linear([address, 1n], [constant(address.value, 32), -1n]), address.value];
}

function unknownsOf(address: Term): readonly Term[] {
  return address.op === "sum" ? address.args : [address];
}

/** A sum divided by a power of two that divides each of its terms. */
function divide(sum: Term, by: number): Term | undefined {
  const shift = Math.log2(by);
  if (shift === 0 || isConstant(sum)) return sum;
  const parts: [Term, bigint][] = [[constant(0, 32), 1n]];
  const args = sum.op === "sum" ? sum.args : [sum];
  for (const [i, arg] of args.entries()) {
    const factor = sum.op === "sum" ? sum.coefficients[i]! : 1n;
    const rest = extract(arg, shift - 1, 0);
    if (isConstant(rest) && rest.value === 0n) {
      parts.push([shiftRight(arg, constant(shift, 32)), factor]);
    } else if (factor % BigInt(by) === 0n) {
      parts.push([arg, factor / BigInt(by)]);
    } else return undefined;
  }
  return linear(...parts);
}

/** Elements of one field side by side may be read as one number. */
function readTable(path: Path, region: Region, index: Term, offset: number, octets: number): Term {
  const field = region.fields.find((one) => one.offset === offset);
  if (!field) throw new Error(`a load between the fields of ${region.name}`);
  const table = path.state.table(field.name);
  if (field.width === octets * 8) return table.read(index, path.facts);
  const count = (octets * 8) / field.width;
  const isRow = region.fields.length === 1 && Number.isInteger(count) && isConstant(index);
  if (!isRow || index.value + BigInt(count) > region.count) {
    throw new Error(`a load across ${region.name}`);
  }
  const parts = Array.from({ length: count }, (_, i) =>
    table.read(add(index, constant(i, 32)), path.facts),
  );
  return concat(...parts.reverse());
}
