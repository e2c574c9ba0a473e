/** Puts beside the compiled host what tsc leaves behind, and makes the command executable. */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";

const ASSETS = ["host/demo/example.pcap"];
const ABI = "dist/assembly/abi.d.ts";

for (const asset of ASSETS) copyFileSync(asset, `dist/${asset}`);

// The types of AssemblyScript are none of the business of those who import the library.
writeFileSync(ABI, readFileSync(ABI, "utf8").replaceAll(/: u32;/g, ": number;"));
chmodSync("dist/host/cli.js", 0o755);
