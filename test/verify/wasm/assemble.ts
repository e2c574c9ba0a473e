/** Modules put together by hand, octet by octet, right or wrong. */

/** A number is an octet. */
export type Octets = number | readonly Octets[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const END = 0x0b;
export const NO_VALUE = 0x40;

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** LEB128. */
export function u32(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(value >>> 7)];
}

export function vector(...items: Octets[]): number[] {
  return [...u32(items.length), ...flat(items)];
}

export function name(text: string): number[] {
  return vector(...new TextEncoder().encode(text));
}

/** What is counted or measured by octets: a section's contents, a function's body. */
export function sized(...octets: Octets[]): number[] {
  const contents = flat(octets);
  return [...u32(contents.length), ...contents];
}

export function section(id: number, ...contents: Octets[]): number[] {
  return [id, ...sized(...contents)];
}

export function functionType(params: number[], results: number[]): number[] {
  return [0x60, ...vector(...params), ...vector(...results)];
}

/** The sections of the smallest useful module, by name; `null` leaves one out. */
export interface Sections {
  types?: number[] | null;
  functions?: number[] | null;
  memory?: number[] | null;
  globals?: number[] | null;
  exports?: number[] | null;
  code?: number[] | null;
}

/** One function, () -> (), and one page of memory, but for what `sections` replaces. */
export function moduleOf(sections: Sections = {}): Uint8Array {
  const all = {
    types: section(1, vector(functionType([], []))),
    functions: section(3, vector(0)),
    memory: section(5, vector([0x01, 1, 1])),
    globals: null,
    exports: null,
    code: section(10, vector(sized(vector(), END))),
    ...sections,
  };
  const { types, functions, memory, globals, exports, code } = all;
  return bytes(
    HEADER,
    [types, functions, memory, globals, exports, code].map((part) => part ?? []),
  );
}

/** A module of one function, with 2 i32 and an i64 to begin with, that leaves nothing. */
export function moduleOfCode(...code: Octets[]): Uint8Array {
  return moduleOf({
    types: section(1, vector(functionType([I32, I32, I64], []))),
    code: section(10, vector(sized(vector(), code))),
  });
}

export function bytes(...octets: Octets[]): Uint8Array {
  return Uint8Array.from(flat(octets));
}

function flat(octets: Octets): number[] {
  return typeof octets === "number" ? [octets] : octets.flatMap(flat);
}
