/**
 * A cursor over octets of a module, as strict as the specification's binary format (WebAssembly 1.0
 * §5.2): an integer has no more octets than its width needs, and no bits beyond its width.
 */

/** Octets that are not a module, or not one that the verifier takes. */
export class DecodeError extends Error {
  /** "module", "export section" or "function 3". */
  readonly where: string;
  /** The octet offset in the module. */
  readonly at: number;
  readonly problem: string;

  constructor(where: string, at: number, problem: string) {
    super(`${where}, octet 0x${at.toString(16)}: ${problem}`);
    this.name = "DecodeError";
    this.where = where;
    this.at = at;
    this.problem = problem;
  }
}

/** Reads from `at` up to `end`, both offsets in the module; `where` is for its errors. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #where: string;
  #at: number;

  constructor(bytes: Uint8Array, where = "module", at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#where = where;
    this.#at = at;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  fail(problem: string, at = this.#at): never {
    throw new DecodeError(this.#where, at, problem);
  }

  octet(): number {
    if (this.isAtEnd) this.fail("it ends too early");
    return this.#bytes[this.#at++]!;
  }

  /** Octets of the module itself, not a copy. */
  octets(count: number): Uint8Array {
    if (count > this.#end - this.#at) this.fail(`${count} octets would pass its end`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  u32(): number {
    return Number(this.#integer(32, (value, bits) => BigInt.asUintN(bits, value)));
  }

  s32(): bigint {
    return this.#integer(32, (value, bits) => BigInt.asIntN(bits, value));
  }

  s64(): bigint {
    return this.#integer(64, (value, bits) => BigInt.asIntN(bits, value));
  }

  name(): string {
    const at = this.#at;
    const octets = this.octets(this.u32());
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
    } catch {
      return this.fail("the name is not UTF-8", at);
    }
  }

  vector<Item>(item: (index: number) => Item): Item[] {
    const at = this.#at;
    const count = this.u32();
    // No item is without octets.
    if (count > this.#end - this.#at) this.fail(`${count} items would pass its end`, at);
    return Array.from({ length: count }, (_, index) => item(index));
  }

  /** A reader of the next octets, as many as are announced before them. */
  part(where: string): Reader {
    const size = this.u32();
    const at = this.#at;
    this.octets(size);
    return new Reader(this.#bytes, where, at, at + size);
  }

  /** Throws `DecodeError` unless everything was read. */
  finish(): void {
    if (!this.isAtEnd) this.fail(`${this.#end - this.#at} octets are left over`);
  }

  /** LEB128. `narrow` takes the low bits of a value, with or without sign. */
  #integer(width: number, narrow: (value: bigint, bits: number) => bigint): bigint {
    const at = this.#at;
    const most = Math.ceil(width / 7);
    let value = 0n;
    for (let count = 1; count <= most; count++) {
      const octet = this.octet();
      value |= BigInt(octet & 0x7f) << BigInt(7 * (count - 1));
      if (octet >= 0x80) continue;
      const whole = narrow(value, 7 * count);
      if (narrow(whole, width) !== whole) this.fail(`the integer has more than ${width} bits`, at);
      return whole;
    }
    return this.fail(`the integer has more than ${most} octets`, at);
  }
}
