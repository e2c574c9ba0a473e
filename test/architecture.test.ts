/** The rules of the house that a machine can check: who imports whom, and what the core is. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CONTRACT_FUNCTIONS } from "../tools/contract-functions.ts";

const CONSTANTS = ["assembly/abi", "assembly/layout", "assembly/limits"];

/** What proofs are made of. */
const PROOF_PARTS = ["terms", "solver", "spec", "symbolic", "contracts"].map(
  (part) => `verify/${part}/`,
);

/** What the files of a folder (not of its subfolders) may import besides each other. */
const MAY_IMPORT: Record<string, string[]> = {
  "assembly/wire": [],
  "assembly/structs": CONSTANTS,
  "assembly/unverified": CONSTANTS,
  "assembly/nat": ["assembly/wire/", "assembly/structs/", ...CONSTANTS],
  assembly: ["assembly/wire/", "assembly/structs/", "assembly/nat/"],
  host: ["assembly/abi", "host/capture/", "host/demo/"],
  "host/capture": [],
  "host/demo": ["host/"],
  "host/tun-tap": [],
  "host/af-xdp": [],
  bench: [],
  "bench/plots": ["bench/"],
  "bench/table": ["bench/"],
  "bench/micro": ["bench/", "assembly/abi", "host/", "host/demo/packets"],
  "bench/netns": ["bench/", "bench/netns/rivals/", "host/"],
  "bench/netns/rivals": ["bench/", "bench/netns/", "host/"],
  // What is verified is octets: the verifier knows nothing of the sources, nor of the host.
  "verify/wasm": [],
  "verify/terms": [],
  "verify/solver": ["verify/terms/"],
  "verify/spec": ["verify/terms/"],
  "verify/symbolic": [
    "verify/terms/",
    "verify/wasm/",
    "verify/solver/",
    "verify/contracts/layout",
    "verify/contracts/sorts",
  ],
  "verify/contracts": ["verify/terms/", "verify/symbolic/"],
  "verify/proofs": ["verify/wasm/", ...PROOF_PARTS, "verify/proofs/derived/"],
  "verify/proofs/derived": ["verify/wasm/", ...PROOF_PARTS, "verify/proofs/"],
  verify: ["verify/wasm/", "verify/proofs/", ...PROOF_PARTS],
  "verify/mutants": ["verify/", "verify/wasm/", "tools/"],
};

const architecture = suite("architecture");

for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
  architecture(`${folder} imports only from ${["itself", ...allowed].join(", ")}`, () => {
    const sources = sourcesIn(folder);
    assert.ok(sources.length > 0, `${folder} has no sources`);
    for (const file of sources) {
      const strangers = importsOf(file).filter(
        (target) =>
          dirname(target) !== folder &&
          !allowed.some((home) => (home.endsWith("/") ? target.startsWith(home) : target === home)),
      );
      assert.equal(strangers, [], file);
    }
  });
}

architecture("only host/nat.ts takes hold of the memory of the module", () => {
  const holds = /memory\.buffer|(packets|descriptors)\.buffer|\.exports\b|new Tables\(/;
  for (const folder of ["host", "host/capture", "host/demo"]) {
    for (const file of sourcesIn(folder).filter((name) => name !== "host/nat.ts")) {
      assert.not.match(readFileSync(file, "utf8"), holds, file);
    }
  }
});

architecture("only host/cli.ts, and the programs of the demo, end the process", () => {
  for (const folder of ["host", "host/capture"]) {
    for (const file of sourcesIn(folder).filter((name) => name !== "host/cli.ts")) {
      assert.not.match(readFileSync(file, "utf8"), /process\.exit\(/, file);
    }
  }
});

architecture(
  "the core has no imports, data, tables, start function or state outside memory",
  () => {
    const text = readFileSync("build/core.wat", "utf8");
    const forbidden =
      /\((import|data|table|elem|start) |call_indirect|memory\.grow|\(mut |f(32|64)\./;
    assert.not.match(text, forbidden);
    assert.match(text, /\(memory \$0 (\d+) \1\)/, "memory is not of fixed size");
    const module = new WebAssembly.Module(readFileSync("build/core.wasm"));
    assert.equal(WebAssembly.Module.imports(module), []);
  },
);

architecture("the memory ends on the page of its last region", () => {
  const testing = new WebAssembly.Module(readFileSync("build/testing.wasm"));
  const { END, memory } = new WebAssembly.Instance(testing).exports as {
    END: WebAssembly.Global;
    memory: WebAssembly.Memory;
  };
  const page = 65536;
  assert.is(memory.buffer.byteLength, Math.ceil(Number(END.value) / page) * page);
});

architecture("the printed hash is that of the module", () => {
  const sha256 = createHash("sha256").update(readFileSync("build/core.wasm")).digest("hex");
  assert.is(readFileSync("build/core.sha256", "utf8"), `${sha256}  core.wasm\n`);
});

architecture("the containers' entry points are functions of their own", () => {
  const text = readFileSync("build/core.wat", "utf8");
  for (const name of CONTRACT_FUNCTIONS) {
    assert.match(text, new RegExp(`\\(func \\$${name}\\s`), `${name} was inlined`);
  }
});

architecture("every test file runs each of its suites", () => {
  for (const folder of ["test", "host/tun-tap/test", "host/af-xdp/test"]) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".test.ts"))) {
      const source = readFileSync(join(folder, file), "utf8");
      const suites = [...source.matchAll(/^const (\w+) = suite[<(]/gm)].map(([, name]) => name);
      const runs = [...source.matchAll(/^(\w+)\.run\(\);$/gm)].map(([, name]) => name);
      assert.ok(runs.length > 0, file);
      assert.equal(
        suites.filter((name) => !runs.includes(name)),
        [],
        file,
      );
    }
  }
});

architecture("every test that docs/conformance.md names is there", () => {
  const named = readFileSync("docs/conformance.md", "utf8").matchAll(/`([\w/-]+\.test\.ts)`/g);
  const missing = [...named].map(([, file]) => file!).filter((file) => !existsSync(`test/${file}`));
  assert.equal(missing, []);
});

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name));
  return names.map((name) => join(folder, name));
}

/** Relative imports of a file, as paths from the root without extension. */
function importsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]*)"/g);
  return [...found].map(([, path]) =>
    normalize(join(dirname(file), path!)).replace(/\.[jt]s$/, ""),
  );
}

architecture.run();
