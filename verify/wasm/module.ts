/** What `decode` makes of a module: as much of WebAssembly as the core is allowed to use. */

export type ValueType = "i32" | "i64";

export interface FunctionType {
  params: ValueType[];
  /** At most one. */
  results: ValueType[];
}

/** One instruction. Which of the optional fields it has depends on `op` alone, but for `else`. */
export interface Instruction {
  /** As in the text format: "i32.add", "local.get", "block". */
  op: string;
  /** Its octet offset in the module. */
  at: number;
  /** Of a local, global or function: its index. Of a branch: the depth of its label. */
  immediate?: number;
  /** Of a const: unsigned, below 2^32 or 2^64. */
  value?: bigint;
  /** Octets added to the address of a load or store, without wrapping. */
  offset?: number;
  /** Of a load or store: the exponent of the alignment hinted at. */
  align?: number;
  /** What a block, loop or if leaves on the stack; null for nothing. */
  type?: ValueType | null;
  /** Of a block, loop, if or else: where in `code` its end is. */
  end?: number;
  /** Of an if that has an else: where in `code` that is. */
  else?: number;
}

export interface WasmFunction {
  index: number;
  type: FunctionType;
  /** The parameters, then the locals proper, which begin as zero. */
  locals: ValueType[];
  /** Includes the `end` of the body. */
  code: Instruction[];
}

/** An immutable global. */
export interface Global {
  type: ValueType;
  /** Unsigned, below 2^32 or 2^64. */
  value: bigint;
}

export interface Export {
  kind: "function" | "memory" | "global";
  index: number;
}

export interface Module {
  functions: WasmFunction[];
  globals: Global[];
  exports: Map<string, Export>;
  /** Of fixed size, in pages of 65,536 octets; all zero at first. */
  memory: { pages: number };
}
