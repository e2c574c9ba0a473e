/** The bench's own programs in C: compiled when it begins, each from its file and the shared ones. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAMS = ["frames", "packets", "sink", "roundtrip", "oneway"] as const;
export type Program = (typeof PROGRAMS)[number];

const SHARED = ["common.c", "flows.c", "bpf.c", "latencies.c", "sockets.c"];
const FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra"];

/** What is said to a program, as "name=value". */
export type Arguments = Record<string, string | number>;

/** The command that runs a program. */
export type Native = (program: Program, args: Arguments) => string[];

/** Compiles all of them into `folder`. Throws when gcc does not like them. */
export function compileNative(folder: string): Native {
  const source = (file: string): string =>
    fileURLToPath(new URL(`native/${file}`, import.meta.url));
  for (const program of PROGRAMS) {
    const files = [`${program}.c`, ...SHARED].map(source);
    const args = [...FLAGS, "-o", join(folder, program), ...files, "-lm"];
    const { error, status, stderr } = spawnSync("gcc", args, { encoding: "utf8" });
    if (error ?? status !== 0) throw new Error(`gcc: ${error?.message ?? stderr}`);
  }
  return (program, args) => [
    join(folder, program),
    ...Object.entries(args).map(([name, value]) => `${name}=${value}`),
  ];
}
