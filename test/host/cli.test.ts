import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { serveControl } from "../../host/control.ts";
import { udpPacket } from "../support/packets.ts";
import { pcap } from "./capture/captures.ts";
import { temporaryFile, temporaryFolder } from "./support.ts";

const cli = suite("cli");

interface Ended {
  code: number | null;
  output: string;
  complaint: string;
}

/** Runs the command to its end, in a home without instances. */
function provenat(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "host/cli.ts", ...args], {
    env: { ...process.env, PROVENAT_DEBUG: "", ...environment },
  });
  const ended = { code: null as number | null, output: "", complaint: "" };
  child.stdout.on("data", (text) => (ended.output += text));
  child.stderr.on("data", (text) => (ended.complaint += text));
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ ...ended, code }));
  });
}

const NAT = ["--external-address", "203.0.113.1"];
const DEVICES = ["--internal", "tun:natlan", "--external", "tun:natwan"];
const HELP = 'See "provenat --help", or "provenat <command> --help".';

const PACKET = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });
const CAPTURE = temporaryFile("in.pcap", pcap([{ octets: PACKET }]));
const CUT = temporaryFile(
  "cut.pcap",
  pcap([{ octets: PACKET }, { octets: PACKET }]).subarray(0, -3),
);
const HEADLESS = temporaryFile("headless.pcap", pcap([]).subarray(0, -3));
const NO_SOCKET = join(temporaryFolder(), "absent.sock");
const BAD_FILE = temporaryFile("nat.json", '{"timers":{"udp-timeout":1}}');

const MISTAKES: [number, string[], string][] = [
  [2, ["reboot"], `unknown command 'reboot'. ${HELP}`],
  [2, ["run", "--fast"], `unknown option '--fast'. ${HELP}`],
  [2, ["run", "now"], `too many arguments for 'run'. Expected 0 arguments but got 1. ${HELP}`],
  [2, ["replay", "in.pcap"], `missing required argument 'out'. ${HELP}`],
  [2, ["run", "--ports"], `option '--ports <range>' argument missing. ${HELP}`],
  [
    2,
    ["mappings", "--limit", "0"],
    `option '--limit <count>' argument '0' is invalid. It is not a whole number above 0. ${HELP}`,
  ],
  [
    2,
    ["run", ...DEVICES],
    "--external-address: missing. Give the address that the outside sees, as in --external-address 203.0.113.1.",
  ],
  [
    2,
    ["run", ...NAT, "--internal", "tun:a", "--external", "tap:b"],
    '--external: tap:b is of another kind than the internal device. Name two of one kind, as in "tun:natwan".',
  ],
  [
    2,
    ["check", ...NAT, ...DEVICES, "--config", BAD_FILE],
    `${BAD_FILE}: timers.udp-timeout: 1 s is out of range. Use 2.048 s to 2147483.647 s.`,
  ],
  [
    2,
    ["replay", "in.pcap", "out.pcap", ...NAT, "--internal-side", "home"],
    '--internal-side: "home" is not a network. Write a network as in "10.0.0.0/24", or "all".',
  ],
  [
    2,
    ["advance", "soon"],
    'advance: "soon" is no length of time. Write milliseconds, or a number with ms, s, m, h or d, as in 90s.',
  ],
  [
    1,
    ["status", "--control", NO_SOCKET],
    `${NO_SOCKET}: no instance answers there (ENOENT). Start one with "provenat run", or correct --control.`,
  ],
  [
    1,
    ["replay", HEADLESS, "out.pcap", ...NAT],
    `${HEADLESS}: damaged at octet 0: it ends there, 3 octets too early. Capture again, or repair the file.`,
  ],
  [
    1,
    ["replay", CAPTURE, CAPTURE, ...NAT],
    `${CAPTURE}: it is the capture to be read as well. Name another file.`,
  ],
  [
    1,
    ["replay", CAPTURE, "/nowhere/out.pcap", ...NAT],
    "/nowhere/out.pcap: cannot be written (ENOENT). Name another file.",
  ],
  [
    1,
    ["replay", CAPTURE, `${BAD_FILE}/out.pcap`, ...NAT],
    `${BAD_FILE}/out.pcap: cannot be written (ENOTDIR). Name another file.`,
  ],
];

for (const [code, args, sentence] of MISTAKES) {
  cli(`exits ${code} and says: ${sentence}`, async () => {
    const ended = await provenat(args);

    assert.is(ended.complaint, `provenat: ${sentence}\n`);
    assert.is(ended.code, code);
    assert.is(ended.output, "");
  });
}

cli("without a command prints its help, and exits 2", async () => {
  const { code, complaint } = await provenat([]);

  assert.is(code, 2);
  assert.match(complaint, /^Usage: provenat .*Examples:.*mappings\n$/s);
});

cli("prints help and version when asked to, and exits 0", async () => {
  const help = await provenat(["run", "--help"]);
  const version = await provenat(["--version"]);

  assert.is(help.code, 0);
  assert.match(help.output, /Examples:\n.*--internal-network 10\.0\.0\.0\/24/s);
  assert.equal(version, { code: 0, output: "0.1.0\n", complaint: "" });
});

cli("shows where an error comes from when it is asked to", async () => {
  const { code, complaint } = await provenat(["run"], { PROVENAT_DEBUG: "1" });

  assert.is(code, 2);
  assert.match(complaint, /ConfigError: --external-address: missing.*\n +at /s);
});

cli("hands verify and what follows it to the verifier, and its exit code back", async () => {
  const proved = await provenat(["verify", "--only", "module", "--json"]);
  const mistaken = await provenat(["verify", "--tea"]);

  assert.is(proved.code, 0);
  assert.is(JSON.parse(proved.output).module, "build/core.wasm");
  assert.equal(mistaken, {
    code: 2,
    output: "",
    complaint: "provenat verify: unknown option '--tea'.\n",
  });
});

cli("check says what a configuration comes to", async () => {
  const args = ["check", ...NAT, ...DEVICES, "--ports", "1024-65535"];
  const { code, output } = await provenat(args);
  const json = JSON.parse((await provenat([...args, "--json"])).output) as Record<string, unknown>;

  assert.is(code, 0);
  assert.match(output, /^ok\ninternal-interface +tun:natlan\n.*udp-timeout +5 m 0 s\n/s);
  assert.is(json["ok"], true);
  assert.is(json["port-set-restrict"], "1024-65535");
});

cli("replay writes a capture and prints what became of it", async () => {
  const out = join(temporaryFolder(), "out.pcap");
  const { code, output } = await provenat(["replay", CAPTURE, out, ...NAT]);

  assert.is(code, 0);
  assert.is(
    output,
    `${CAPTURE}: 1 of 1 frames went through the NAT\nforwarded  Outbound  1\n${out}: packets written: 1\n`,
  );
  assert.ok(existsSync(out));
  assert.equal(readdirSync(dirname(out)), ["out.pcap"]);
});

cli("replay carries what is whole of a capture that is cut off, and says so", async () => {
  const out = join(temporaryFolder(), "out.pcap");
  const { code, output, complaint } = await provenat(["replay", CUT, out, ...NAT]);

  assert.is(code, 0);
  assert.match(output, /1 of 1 frames .*packets written: 1\n$/s);
  assert.is(
    complaint,
    `provenat: ${CUT}: the file ends amid what begins at octet ${24 + 16 + PACKET.length}. Only what is whole was carried.\n`,
  );
});

cli("replay says when no packet came from the internal side", async () => {
  const out = join(temporaryFolder(), "out.pcap");
  const flags = [...NAT, "--internal-side", "10.9.0.0/16", "--json"];
  const { code, output, complaint } = await provenat(["replay", CAPTURE, out, ...flags]);

  assert.is(code, 0);
  assert.is((JSON.parse(output) as { written: number }).written, 0);
  assert.is(
    complaint,
    `provenat: ${CAPTURE}: no packet came from the internal side. Say which do with --internal-side.\n`,
  );
});

cli("replay writes into a pipe", () => {
  const command = `"$0" --import tsx host/cli.ts replay ${CAPTURE} /dev/stdout ${NAT.join(" ")} | cat`;
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath]);

  assert.is(stdout.readUInt32LE(0), 0xa1b2c3d4);
  assert.match(stdout.toString(), /packets written: 1\n$/);
});

cli("lists items as they come, with a heading or as JSON", async () => {
  const path = join(temporaryFolder(), "control.sock");
  const mapping = {
    protocol: "tcp",
    internalAddress: "10.0.0.2",
    internalPort: 5000,
    externalPort: 40000,
    remoteAddress: "198.51.100.10",
    remotePort: 80,
    phase: 3,
    idle: 1500,
    live: true,
  };
  const server = await serveControl(path, () => ({ items: [mapping], limit: 1 }));
  const [text, json] = await Promise.all([
    provenat(["mappings", "--control", path]),
    provenat(["mappings", "--control", path, "--json"]),
  ]);
  await server.close();

  assert.match(text!.output, /^ +INTERNAL +EXTERNAL PORT +LAST REMOTE +IDLE *\n/);
  assert.match(
    text!.output,
    /\ntcp +10\.0\.0\.2:5000 +40000 +198\.51\.100\.10:80 +1\.5 s SynOut SynIn\n$/,
  );
  assert.equal(JSON.parse(json!.output), mapping);
});

cli.run();
