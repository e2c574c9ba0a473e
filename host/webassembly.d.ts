/** The part of WebAssembly's interface that the host uses; @types/node has none of it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: BufferSource);
    static imports(module: Module): { module: string; name: string; kind: string }[];
    static exports(module: Module): { name: string; kind: string }[];
  }

  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }

  class Memory {
    constructor(size: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }

  class Global {
    value: unknown;
  }

  type Table = unknown;
}

type BufferSource = ArrayBuffer | NodeJS.ArrayBufferView;
