/** What an instance says, as lines for people. */
import { FIRST_DROP, Outcome, Phase } from "../assembly/abi.ts";
import type { Configuration } from "./config.ts";
import type { Counters, Items, Status } from "./control-protocol.ts";
import { durationText } from "./duration.ts";
import type { Traffic } from "./forward.ts";
import { textOf } from "./networks.ts";
import type { LinkSettings, RouterAddresses } from "./router-settings.ts";
import { networkText, portsText } from "./settings.ts";
import type { Mapping, Neighbour } from "./tables.ts";

/** Columns of lists, in characters; the last one is as wide as it is. */
const MAPPING_WIDTHS = [4, 21, 13, 21];
const SESSION_WIDTHS = [4, 21, 13];
const NEIGHBOUR_WIDTHS = [8, 15, 17];

export function statusLines(status: Status): string[] {
  const { udp, icmp, tcp } = status.mappings;
  return aligned([
    ["provenat", `${status.version}, process ${status.pid}, up ${durationText(status.uptime)}`],
    ["core", `sha256 ${status.core}`],
    ["devices", `${status.internal} <-> ${status.external}`],
    ["external address", `${status.externalAddress}, ports ${status.ports}`],
    ["internal network", status.internalNetwork ?? "not given"],
    ...routerRows(status.router),
    ["mappings", `${udp} udp, ${icmp} icmp, ${tcp} tcp`],
    ...(status.testClock ? [["clock", "may be put forward (--test-clock)"]] : []),
  ]);
}

function routerRows(router: Status["router"]): string[][] {
  if (router === null) return [];
  const { internal, external, internalAddress, externalNetwork, gateway } = router;
  const link = ({ station, mtu }: LinkSettings): string => `at ${station}, MTU ${mtu}`;
  return [
    ["internal link", `${internalAddress} ${link(internal)}`],
    ["external link", `${textOf(externalNetwork)} ${link(external)}, gateway ${gateway}`],
  ];
}

/** A configuration with all its defaults, by the names of the configuration file. */
export function resolved(configuration: Configuration): Record<string, string> {
  const { internal, external, poll, control, settings, router } = configuration;
  const { lifetimes, holdDown, inboundRefresh, virtioHeader } = settings;
  return {
    "internal-interface": `${internal.kind}:${internal.name}`,
    "external-interface": `${external.kind}:${external.name}`,
    "external-ip-address-pool": `${settings.externalAddress}/32`,
    "subscriber-match": networkText(settings) ?? "not given",
    ...(router === null ? {} : routerNames(router)),
    "port-set-restrict": portsText(settings),
    "udp-timeout": durationText(lifetimes.udp),
    "icmp-timeout": durationText(lifetimes.icmp),
    "tcp-trans-open-timeout": durationText(lifetimes.tcpTransitory),
    "tcp-trans-close-timeout": durationText(lifetimes.tcpTransitory),
    "tcp-idle-timeout": durationText(lifetimes.tcpEstablished),
    "hold-down-timeout": durationText(holdDown),
    "inbound-refresh": inboundRefresh ? "yes" : "no",
    offloads: virtioHeader ? "yes" : "no",
    poll,
    control,
  };
}

function routerNames(router: RouterAddresses): Record<string, string> {
  return {
    "internal-address": router.internalAddress,
    "external-network": textOf(router.externalNetwork)!,
    gateway: router.gateway,
  };
}

/** Every counter that is not zero, forwarded packets first. */
export function outcomeLines(outcomes: Record<string, number>): string[] {
  const rows: string[][] = [];
  for (const [name, count] of Object.entries(outcomes)) {
    const fate = Outcome[name as keyof typeof Outcome] < FIRST_DROP ? "forwarded" : "dropped";
    if (count > 0) rows.push([fate, name, String(count)]);
  }
  return rows.length > 0 ? aligned(rows) : ["no packets yet"];
}

export function counterLines({ outcomes, internal, external }: Counters): string[] {
  const traffic = (name: string, { received, sent, lost, unresolved }: Traffic): string => {
    const silent = unresolved > 0 ? `, ${unresolved} to stations that do not answer` : "";
    return `${name}: ${received} received, ${sent} sent, ${lost} lost${silent}`;
  };
  return [
    ...outcomeLines(outcomes),
    traffic("internal device", internal),
    traffic("external device", external),
  ];
}

/** The columns of `mappingLine`. */
export const MAPPING_COLUMNS = columns(
  MAPPING_WIDTHS,
  "",
  "INTERNAL",
  "EXTERNAL PORT",
  "LAST REMOTE",
  "IDLE",
);

export function mappingLine(mapping: Mapping): string {
  const remotePort = mapping.remotePort === 0 ? "" : `:${mapping.remotePort}`;
  const state = mapping.live ? [] : ["resting"];
  return columns(
    MAPPING_WIDTHS,
    mapping.protocol,
    `${mapping.internalAddress}:${mapping.internalPort}`,
    String(mapping.externalPort),
    `${mapping.remoteAddress}${remotePort}`,
    [durationText(mapping.idle), ...phaseNames(mapping.phase), ...state].join(" "),
  );
}

/** The columns of `sessionLine`. */
export const SESSION_COLUMNS = columns(SESSION_WIDTHS, "", "REMOTE", "EXTERNAL PORT", "IDLE");

export function sessionLine(session: Items["sessions"]): string {
  const idle = durationText(session.idle);
  const state = session.live ? idle : `${idle} expired`;
  const { protocol, remoteAddress, externalPort } = session;
  return columns(SESSION_WIDTHS, protocol, remoteAddress, String(externalPort), state);
}

/** The columns of `neighbourLine`. */
export const NEIGHBOUR_COLUMNS = columns(NEIGHBOUR_WIDTHS, "SIDE", "ADDRESS", "STATION", "IDLE");

export function neighbourLine({ side, address, station, idle, live }: Neighbour): string {
  const state = live ? durationText(idle) : `${durationText(idle)} expired`;
  return columns(NEIGHBOUR_WIDTHS, side, address, station, state);
}

function phaseNames(phase: number): string[] {
  const names = Object.keys(Phase).filter((name) => Number.isNaN(Number(name)));
  return names.filter((name) => (phase & Phase[name as keyof typeof Phase]) !== 0);
}

function columns(widths: readonly number[], ...cells: string[]): string {
  const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return padded.join("  ").trimEnd();
}

/** Rows with their columns made as wide as they need. */
export function aligned(rows: string[][]): string[] {
  const width = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      cell.padEnd(column < row.length - 1 ? width(column) : 0),
    );
    return cells.join("  ");
  });
}
