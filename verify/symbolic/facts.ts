/**
 * What is known on a path: claims taken as true, and the bounds that follow from them. Quick and
 * incomplete: `undefined` means that a solver has to be asked.
 */
import { cutFrom, extract } from "../terms/bits.ts";
import { no } from "../terms/logic.ts";
import { fullSumIn, withoutFullSum } from "../terms/ones-complement.ts";
import { rebuild } from "../terms/rebuild.ts";
import { FALSE, TRUE, constant, isConstant, ones, type Term } from "../terms/term.ts";

/** Least and greatest value of a number. */
export type Range = [min: bigint, max: bigint];

export class Facts {
  private truths: Set<Term>;
  private bounds: Map<Term, Range>;
  private refined = new Map<Term, Term>();

  constructor(from?: Facts) {
    this.truths = new Set(from?.truths);
    this.bounds = new Map(from?.bounds);
  }

  /** The claims assumed, none of them a conjunction. */
  get claims(): Term[] {
    return [...this.truths];
  }

  assume(claim: Term): void {
    if (claim === TRUE || this.truths.has(claim)) return;
    this.refined.clear();
    if (claim.op === "all") {
      for (const part of claim.args) this.assume(part);
      return;
    }
    if (claim.op === "no" && claim.args[0]!.op === "any") {
      for (const part of claim.args[0]!.args) this.assume(no(part));
      return;
    }
    this.truths.add(claim);
    this.noteBounds(claim);
    if (fullSumIn(claim)) this.restateSums();
  }

  /** All that is known, said once more by what has become known since: a count, of the rest alone. */
  restate(): void {
    for (const truth of this.claims) {
      const inner = truth.op === "no" ? truth.args[0]! : truth;
      const said = rebuild(
        inner,
        inner.args.map((arg) => this.refine(arg)),
      );
      if (said !== inner) this.assume(truth.op === "no" ? no(said) : said);
    }
  }

  /** What is known of sums, said once more where one that is part of them has become known. */
  private restateSums(): void {
    for (const truth of this.truths) {
      const inner = truth.op === "no" ? truth.args[0]! : truth;
      if (inner.op !== "eq" || !inner.args.some(({ op }) => op === "ones")) continue;
      const said = rebuild(
        inner,
        inner.args.map((arg) => this.withoutFullSum(arg) ?? arg),
      );
      if (said !== inner && !isConstant(said)) this.assume(truth.op === "no" ? no(said) : said);
    }
  }

  private noteBounds(claim: Term): void {
    const isDenied = claim.op === "no";
    const [a, b] = (isDenied ? claim.args[0]! : claim).args as [Term, Term];
    switch (isDenied ? claim.args[0]!.op : claim.op) {
      case "eq":
        if (isDenied) {
          if (isConstant(a)) this.exclude(b, a.value);
          if (isConstant(b)) this.exclude(a, b.value);
        } else {
          if (isConstant(a)) this.bound(b, a.value, a.value);
          if (isConstant(b)) this.bound(a, b.value, b.value);
        }
        return;
      case "ult": {
        const [least, greatest] = isDenied ? [b, a] : [a, b];
        const gap = isDenied ? 0n : 1n;
        // least + gap <= greatest
        const top = this.range(greatest)[1] - gap;
        const bottom = this.range(least)[0] + gap;
        this.bound(least, 0n, top);
        this.bound(greatest, bottom, ones(greatest.width));
        return;
      }
    }
  }

  private bound(term: Term, min: bigint, max: bigint): void {
    const [low, high] = this.range(term);
    this.bounds.set(term, [min > low ? min : low, max < high ? max : high]);
    // Zeros above or below a slice do not matter to it.
    if (term.op === "concat") {
      const last = term.args[term.args.length - 1]!;
      const first = term.args[0]!;
      if (isConstant(first) && first.value === 0n) {
        const rest = extract(term, term.width - first.width - 1, 0);
        const limit = ones(rest.width);
        if (min <= limit) this.bound(rest, min, max < limit ? max : limit);
      } else if (isConstant(last) && last.value === 0n) {
        const zeros = BigInt(last.width);
        const upper = extract(term, term.width - 1, last.width);
        this.bound(upper, (min + ones(last.width)) >> zeros, max >> zeros);
      }
    }
  }

  private exclude(term: Term, value: bigint): void {
    const [min, max] = this.range(term);
    if (value === min) this.bound(term, min + 1n, max);
    if (value === max) this.bound(term, min, max - 1n);
  }

  /** Bounds of a number on this path. */
  range(term: Term): Range {
    const known = this.bounds.get(term);
    if (known) return known;
    switch (term.op) {
      case "concat": {
        let min = 0n;
        let max = 0n;
        for (const piece of term.args) {
          const [low, high] = this.range(piece);
          min = (min << BigInt(piece.width)) | low;
          max = (max << BigInt(piece.width)) | high;
        }
        return [min, max];
      }
      case "sum": {
        const modulus = 1n << BigInt(term.width);
        const signed = (value: bigint) => (value >= modulus / 2n ? value - modulus : value);
        let min = signed(term.value);
        let max = min;
        term.args.forEach((arg, i) => {
          const factor = signed(term.coefficients[i]!);
          const [low, high] = this.range(arg);
          min += factor * (factor < 0n ? high : low);
          max += factor * (factor < 0n ? low : high);
        });
        if (min >= 0n && max < modulus) return [min, max];
        if (min < 0n && max < 0n && min > -modulus) return [min + modulus, max + modulus];
        return [term.min, term.max];
      }
      case "extract": {
        const low = BigInt(term.low);
        const [min, max] = this.range(term.args[0]!).map((value) => value >> low) as Range;
        if (max <= ones(term.width)) return [min, max];
        break;
      }
      case "not": {
        const [min, max] = this.range(term.args[0]!);
        return [ones(term.width) - max, ones(term.width) - min];
      }
      case "ite": {
        const [, yes, otherwise] = term.args as [Term, Term, Term];
        const [a, b] = [this.range(yes), this.range(otherwise)];
        return [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]];
      }
    }
    return [term.min, term.max];
  }

  /** Whether a claim holds on this path, if that is easily seen. */
  decide(claim: Term): boolean | undefined {
    if (claim === TRUE || this.truths.has(claim)) return true;
    if (claim === FALSE) return false;
    if (claim.op !== "no" && this.truths.has(no(claim))) return false;
    switch (claim.op) {
      case "no": {
        const inner = this.decide(claim.args[0]!);
        return inner === undefined ? undefined : !inner;
      }
      case "all":
      case "any": {
        const absorbing = claim.op === "any";
        const parts = claim.args.map((part) => this.decide(part));
        if (parts.includes(absorbing)) return absorbing;
        return parts.includes(undefined) ? undefined : !absorbing;
      }
      case "eq": {
        const [a, b] = claim.args.map((arg) => this.range(arg)) as [Range, Range];
        if (a[1] < b[0] || b[1] < a[0]) return false;
        if (a[0] === a[1] && b[0] === b[1]) return true;
        return undefined;
      }
      case "ult": {
        const [a, b] = claim.args.map((arg) => this.range(arg)) as [Range, Range];
        if (a[1] < b[0]) return true;
        if (a[0] >= b[1]) return false;
      }
    }
    return undefined;
  }

  /** The same number or claim, said more simply by what is known on this path. */
  refine(term: Term): Term {
    if (isConstant(term)) return term;
    const known = this.refined.get(term);
    if (known) return known;
    const refined = this.refineAfresh(term);
    this.refined.set(term, refined);
    return refined;
  }

  private withoutFullSum(term: Term): Term | undefined {
    if (term.op !== "ones") return undefined;
    return withoutFullSum(term, this.truths, (word) => this.range(word)[0] > 0n);
  }

  /** Zeros before the low end of a number whose other bits are zero on this path: that number. */
  private wholeOf(term: Term): Term | undefined {
    const source = cutFrom(term);
    const isAll = source && this.range(source)[1] <= ones(term.args[1]!.width);
    return isAll ? source : undefined;
  }

  private refineAfresh(term: Term): Term {
    if (term.width === 0) {
      const decided = this.decide(term);
      if (decided !== undefined) return decided ? TRUE : FALSE;
    } else {
      const [min, max] = this.range(term);
      if (min === max) return constant(min, term.width);
    }
    if (term.args.length === 0) return term;
    const whole = this.wholeOf(term);
    if (whole) return this.refine(whole);
    const rest = this.withoutFullSum(term);
    if (rest) return this.refine(rest);
    const args = term.args.map((arg) => this.refine(arg));
    return args.every((arg, i) => arg === term.args[i]) ? term : rebuild(term, args);
  }
}
