/** Puts beside the compiled host what tsc leaves behind, and makes the command executable. */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";

const ASSETS = ["host/demo/example.pcap", "host/assemblyscript.d.ts"];
const FACE = "dist/host/index.d.ts";

for (const asset of ASSETS) copyFileSync(asset, `dist/${asset}`);

// Left to tsc, this line would point out of dist.
const reference = '/// <reference path="./assemblyscript.d.ts" />\n';
writeFileSync(FACE, reference + readFileSync(FACE, "utf8"));
chmodSync("dist/host/cli.js", 0o755);
