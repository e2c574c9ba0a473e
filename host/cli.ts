#!/usr/bin/env node
/** The command: arguments in, exit code out. 0 is success, 1 a failure, 2 a mistake of the user. */
import { isatty } from "node:tty";
import { inspect } from "node:util";
import { Command, CommanderError, Option } from "commander";
import * as ask from "./ask.ts";
import { askingOptions, deviceOptions, listingOptions, natOptions } from "./cli-options.ts";
import { type Flags, configurationFrom } from "./config.ts";
import { crowdedLinkWarnings } from "./crowded-links.ts";
import { demonstrate } from "./demo/demo.ts";
import { POLLS } from "./loop.ts";
import { requirePresent } from "./present-device.ts";
import { ownAddressWarnings } from "./own-address.ts";
import { type ReplayFlags, replayCommand, replayWarnings } from "./replay-command.ts";
import { aligned, resolved } from "./report.ts";
import { startInstance } from "./run.ts";
import { ConfigError } from "./settings.ts";
import { verifyCore } from "./verify.ts";
import { version } from "./version.ts";

const FAILURE = 1;
const MISUSE = 2;

/** What ends a command in good order: SIGHUP is that of a terminal that was closed. */
const ENDINGS: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** Those of stdin, stdout and stderr that were terminals at the start. */
const TERMINALS = [0, 1, 2].filter((fd) => isatty(fd));

const program = new Command("provenat")
  .description("A NAT for Linux whose whole packet path is one small WebAssembly module.")
  .version(version())
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .addHelpText(
    "after",
    `
Examples:
  provenat demo
  provenat run --internal tun:natlan --external tun:natwan --external-address 203.0.113.1
  provenat replay in.pcap out.pcap --external-address 203.0.113.1
  provenat mappings`,
  );

natOptions(
  deviceOptions(command("run", "Be the NAT between two devices, until SIGTERM, SIGINT or SIGHUP.")),
)
  .option("--control <path>", "control socket (default: /run/provenat/<external device>.sock)")
  .addOption(
    new Option("--poll <how>", "while there are no packets (default: adaptive)").choices(POLLS),
  )
  .option("--no-offloads", "have the kernel finish checksums and cut up superpackets beforehand")
  .option("--test-clock", 'let "provenat advance" put the clock forward')
  .addHelpText(
    "after",
    `
Examples:
  provenat run --internal tun:natlan --external tun:natwan \\
    --external-address 203.0.113.1 --internal-network 10.0.0.0/24 --ports 1024-65535
  provenat run --internal tap:natlan --internal-address 10.0.0.1/24 \\
    --external tap:natwan --external-address 203.0.113.1/24 --gateway 203.0.113.254`,
  )
  .action(run);

command("demo", "Watch it work: hosts, NAT and servers in network namespaces of their own.").action(
  async () => finish(await demonstrate(print, until(ENDINGS))),
);

natOptions(command("replay", "Carry the packets of a capture (pcap, pcapng) through the NAT."))
  .argument("<in>", "capture to read")
  .argument("<out>", "capture to write, of what leaves")
  .option("--internal-side <network>", 'packets from here are outbound; "all" for every packet')
  .option("--seed <text>", "choose the same ports each time")
  .option("--json", "print the summary as a JSON object")
  .addHelpText(
    "after",
    `
Without --internal-side, packets from the internal network are outbound, or if that is not given
either, those from private addresses (RFC 1918).

Example:
  provenat replay in.pcap out.pcap --external-address 203.0.113.1 --seed 1`,
  )
  .action(async (input: string, output: string, flags: ReplayFlags) => {
    const summary = await replayCommand(input, output, flags, print, until(ENDINGS));
    replayWarnings(input, summary).forEach(complain);
  });

natOptions(deviceOptions(command("check", "Check a configuration, and print what it comes to.")))
  .option("--control <path>", "as for run")
  .option("--json", "one JSON object a line")
  .addHelpText("after", "\nExample:\n  provenat check --config nat.json")
  .action(check);

asking("status", "Say what a running instance is, and what it holds.").action(
  (flags: ask.AskFlags) => ask.showStatus(flags, print),
);

asking("counters", "Say what became of the packets.").action((flags: ask.AskFlags) =>
  ask.showCounters(flags, print),
);

listing("mappings", "List which internal endpoint each external port stands for.").action(
  (flags: ask.ListFlags) => ask.showMappings(flags, print),
);

listing("sessions", "List the former remotes that mappings still admit.").action(
  (flags: ask.ListFlags) => ask.showSessions(flags, print),
);

listing("neighbours", "List the stations whose Ethernet addresses are known.").action(
  (flags: ask.ListFlags) => ask.showNeighbours(flags, print),
);

asking("advance", "Put the clock of an instance forward that runs with --test-clock.")
  .argument("<duration>", "milliseconds, or as in 90s, 5m, 2h")
  .action((text: string, flags: ask.AskFlags) => ask.advanceClock(text, flags, print));

command("verify", "Prove that the module does what is said of it, for every packet.")
  .argument("[options...]", 'see "provenat verify --help"')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (options: string[]) => finish(await verifyCore(options, until(ENDINGS))));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe, such as head, has had enough.
  if (error.code === "EPIPE") process.exit(0);
  // The terminal is gone: SIGHUP says what that means.
  if (error.code === "EIO") return;
  fail(error);
});
// That nobody reads what is said is no reason to stop.
process.stderr.on("error", () => {});
process.on("uncaughtException", (error) => fail(error));

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

async function run(flags: Flags): Promise<void> {
  const configuration = configurationFrom(flags);
  for (const side of ["internal", "external"] as const) {
    const where = flags[side] === undefined ? `${side}-interface` : `--${side}`;
    requirePresent(configuration[side], where);
  }
  const signal = until(ENDINGS);
  const instance = await startInstance(configuration, complain);
  signal.addEventListener("abort", () => instance.stop());
  if (signal.aborted) instance.stop();
  complain(instance.description);
  ownAddressWarnings(configuration).forEach(complain);
  crowdedLinkWarnings(configuration).forEach(complain);
  try {
    await instance.ended;
  } finally {
    instance.remainders().forEach(complain);
    complain(instance.totals());
  }
  leave(0);
}

function check(flags: Flags & { json?: boolean }): void {
  const configuration = configurationFrom(flags);
  if (flags.json) return print(JSON.stringify({ ok: true, ...resolved(configuration) }));
  print("ok");
  aligned(Object.entries(resolved(configuration))).forEach(print);
}

/**
 * Aborts at the first of `signals`; a second one ends the process at once, unless it is SIGHUP: for a
 * closed terminal that comes from the kernel and from the shell.
 */
function until(signals: NodeJS.Signals[]): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals, number: number): void => {
    if (controller.signal.aborted && signal === "SIGHUP") return;
    if (controller.signal.aborted) process.exit(128 + number);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}

function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return finish(0);
  // Without a command the help was printed, and that says it all.
  if (error instanceof CommanderError && error.code === "commander.help") return finish(MISUSE);
  complain(process.env["PROVENAT_DEBUG"] ? inspect(error) : sentenceOf(error));
  finish(error instanceof ConfigError || error instanceof CommanderError ? MISUSE : FAILURE);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof CommanderError)) return (error as Error).message;
  const problem = error.message
    .replace(/^error: /, "")
    .replace("\n", " ")
    .replace(/\.$/, "");
  return `${problem}. See "provenat --help", or "provenat <command> --help".`;
}

/** Ends with `code` once what was printed is out. */
function finish(code: number): void {
  process.exitCode = code;
  if (code === FAILURE) process.stdout.write("", () => leave(code));
}

/** Ends the process: by SIGHUP where a terminal is gone, since Node.js crashes on setting that back. */
function leave(code: number): void {
  if (TERMINALS.every((fd) => isatty(fd))) process.exit(code);
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(sentence: string): void {
  process.stderr.write(`provenat: ${sentence}\n`);
}

function command(name: string, description: string): Command {
  return program.command(name).description(description);
}

function asking(name: string, description: string): Command {
  return askingOptions(command(name, description));
}

function listing(name: string, description: string): Command {
  return listingOptions(command(name, description));
}
