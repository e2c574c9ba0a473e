/** What the lab's hosts do, and whether it went through the NAT. */
import { ask, askList } from "../control-client.ts";
import { MAPPING_COLUMNS, counterLines, mappingLine } from "../report.ts";
import type { Finding } from "./finding.ts";
import type { Lab, LabProcess } from "./lab.ts";
import { programOf } from "./program.ts";
import type { ClientEvent, ServerEvent } from "./protocol.ts";
import { EXTERNAL_ADDRESS, HOSTS, SERVERS } from "./topology.ts";

/** Octets of each download. */
const DOWNLOAD = 8_000_000;

type Print = (line: string) => void;
type Place = keyof typeof HOSTS;

const SERVER_OF = { h1: "s1", h2: "s2" } as const;

/** Runs the hosts against the servers. Reports findings as they come. Throws `LabError`. */
export async function runTraffic(lab: Lab, report: (finding: Finding) => void): Promise<void> {
  const servers = {
    s1: lab.start("s1", programOf("demo/server")),
    s2: lab.start("s2", programOf("demo/server")),
  };
  await Promise.all(Object.values(servers).map((server) => server.line(/"ready"/)));
  const endpoints = await Promise.all(
    (["h1", "h2"] as const).map((host) => runHost(lab, host, servers[SERVER_OF[host]], report)),
  );
  report({
    isGood: endpoints[0] !== endpoints[1],
    text: "h1 and h2, both from UDP port 5000, had external endpoints of their own",
  });
  for (const host of ["h1", "h2"] as const) await ping(lab, host, report);
}

/** Resolves to the external endpoint of the host's UDP port. */
async function runHost(
  lab: Lab,
  host: Place,
  server: LabProcess,
  report: (finding: Finding) => void,
): Promise<string | undefined> {
  const source = SERVERS[SERVER_OF[host]];
  const args = [String(DOWNLOAD), source, ...Object.values(SERVERS)];
  const client = lab.start(host, [...programOf("demo/client"), ...args]);
  const downloaded = await event(client, "downloaded");
  const served = await event(server, "served");
  const isSame = served.sha256 === downloaded.sha256 && downloaded.octets === DOWNLOAD;
  const megabits = ((DOWNLOAD * 8) / 1000 / downloaded.milliseconds).toFixed(0);
  const sums = `SHA-256 ${isSame ? "the same at both ends" : "differs"}`;
  report({
    isGood: isSame,
    text: `${host} downloaded ${DOWNLOAD / 1e6} MB from ${source} at ${megabits} Mbit/s, ${sums}`,
  });
  report(seenAs(`the server of ${host}'s download`, served.from));
  return echoes(client, host, report);
}

async function echoes(
  client: LabProcess,
  host: Place,
  report: (finding: Finding) => void,
): Promise<string | undefined> {
  const results = [await event(client, "echoes"), await event(client, "echoes")];
  const sent = results.reduce((sum, result) => sum + result.sent, 0);
  const returned = results.reduce((sum, result) => sum + result.returned, 0);
  report({ isGood: returned === sent, text: `${host} got ${returned} of ${sent} UDP echoes back` });
  const endpoints = new Set(results.flatMap(({ seen }) => seen));
  const [endpoint = "nothing"] = endpoints;
  report({
    isGood: endpoints.size === 1 && endpoint.startsWith(`${EXTERNAL_ADDRESS}:`),
    text: `both servers saw ${host} as ${[...endpoints].join(" and ") || "nothing"}`,
  });
  return endpoint;
}

export async function ping(
  lab: Pick<Lab, "start">,
  host: Place,
  report: (finding: Finding) => void,
): Promise<void> {
  const address = SERVERS[SERVER_OF[host]];
  const process = lab.start(host, ["ping", "-c", "3", "-i", "0.2", "-W", "2", address]);
  const code = await process.ended();
  const isAbsent = /exec of "ping" failed|No such file/.test(process.complaint());
  if (isAbsent) {
    return report({ isGood: undefined, text: `${host}: there is no ping on this machine` });
  }
  report({ isGood: code === 0, text: `${host} pinged ${address}` });
}

/** Asks the NAT itself: prints mappings and counters. */
export async function inspect(
  control: string,
  print: Print,
  report: (finding: Finding) => void,
): Promise<void> {
  const counters = await ask(control, { request: "counters" });
  print("");
  print(MAPPING_COLUMNS);
  let mappings = 0;
  for await (const mapping of askList(control, { request: "mappings" })) {
    print(mappingLine(mapping));
    mappings += 1;
  }
  print("");
  counterLines(counters).forEach(print);
  print("");
  const { Outbound, Inbound } = counters.outcomes;
  report({ isGood: mappings >= 4, text: `the NAT holds ${mappings} mappings` });
  report({
    isGood: Outbound > 0 && Inbound * 1500 > 2 * DOWNLOAD,
    text: `the NAT carried ${Outbound} packets outbound and ${Inbound} inbound`,
  });
}

function seenAs(who: string, address: string): Finding {
  return { isGood: address === EXTERNAL_ADDRESS, text: `${who} saw ${address}` };
}

type Event = ServerEvent | ClientEvent;

async function event<E extends Event["event"]>(
  from: LabProcess,
  name: E,
): Promise<Extract<Event, { event: E }>> {
  const line = await from.line(new RegExp(`^{"event":"${name}"`));
  return JSON.parse(line) as Extract<Event, { event: E }>;
}
