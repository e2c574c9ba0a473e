/** Packets that are let in. */
import { u32 } from "../../contracts/words.ts";
import { counts, isLive } from "../../spec/lifetime.ts";
import { Ipv4 } from "../../spec/datagram.ts";
import type { Protocol } from "../../spec/nat.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { eq } from "../../terms/comparisons.ts";
import { all, any, truth } from "../../terms/logic.ts";
import { constant, type Term } from "../../terms/term.ts";
import { SpecPacket } from "../packet.ts";
import type { Unit } from "../unit.ts";
import { AnyMappings, type Step, type Through, explore, anyPath, step } from "./explore.ts";
import { type Headers, headersOf } from "./headers.ts";

export const FILTER_UNIT: Unit = {
  name: "derived/an inbound packet is delivered only if the filter admits it",
  theorem:
    "a packet from the external side, unless it asks E for an echo and is sent back, is forwarded only to the internal side and only to the " +
    "internal endpoint of a mapping that was live: of its destination port or identifier, whose " +
    "most recent remote has the packet's source address, or a session with it that counts; or, " +
    "for an ICMP error, of the source port or identifier of the datagram that it quotes",
  prove: ({ prover }) => proveFilter(prover),
};

export async function proveFilter(prover: Prover, through?: Through): Promise<{ paths: Path[] }> {
  const start = anyPath();
  const runs = explore(start, (path) => step(path, new AnyMappings(path), through, u32(1)));
  const delivered = runs.filter(({ value }) => value.fate.forward);
  for (const { path, value } of delivered) {
    const { outcome, forward } = value.fate;
    if (outcome === "Echo") {
      await showEcho(path, value, prover);
      continue;
    }
    const headers = await headersOf(path, prover);
    const kind = headers.embedded ? "an ICMP error" : `a packet of ${headers.protocol}`;
    const goesInside = outcome === "Inbound" && forward!.side === "internal";
    await prover.show(path, truth(goesInside), `${kind} goes to the internal side`);
    const before = new AnyMappings(path, start.state);
    const [admitted, reached] = deliveryOf(headers, value, before);
    await prover.show(path, admitted, `${kind} is admitted`);
    await prover.show(path, reached, `${kind} reaches the internal endpoint`);
  }
  return { paths: delivered.map(({ path }) => path) };
}

/** What is answered asks for it, and goes back where it came from. */
async function showEcho(
  path: Path,
  { fate, nat }: Step<AnyMappings>,
  prover: Prover,
): Promise<void> {
  const ip = new Ipv4(new SpecPacket(path.facts), u32(0));
  const asks = all(
    eq(ip.octets.octet(u32(9)), constant(1, 8)),
    eq(ip.transportOctet(0), constant(8, 8)),
    eq(ip.destination, nat.settings.externalAddress),
  );
  await prover.show(path, asks, "an echo: the NAT was asked for one");
  await prover.show(path, truth(fate.forward!.side === "external"), "an echo goes back");
}

/** That the packet may pass, and that it then goes to the mapping's internal endpoint. */
function deliveryOf(
  { ip, protocol, embedded }: Headers,
  { packet }: Step<AnyMappings>,
  { state }: AnyMappings,
): [admitted: Term, reached: Term] {
  const of = (inner: Protocol, port: Term) => state.record(inner, port);
  const written = new Ipv4(packet, ip.at);
  if (!embedded) {
    const { port } = ip.destinationEndpoint(protocol);
    const entry = of(protocol, port);
    const session = state.session(protocol, port, ip.source);
    const isAdmitted = any(
      eq(entry.remote.address, ip.source),
      counts(state, protocol, entry, session),
    );
    const to = written.destinationEndpoint(protocol);
    const isReached = all(eq(to.address, entry.internal.address), eq(to.port, entry.internal.port));
    return [all(isLive(state, protocol, entry), isAdmitted), isReached];
  }
  const entry = of(embedded.protocol, embedded.ip.sourceEndpoint(embedded.protocol).port);
  const quoted = new Ipv4(packet, embedded.ip.at).sourceEndpoint(embedded.protocol);
  const isReached = all(
    eq(written.destination, entry.internal.address),
    eq(quoted.address, entry.internal.address),
    eq(quoted.port, entry.internal.port),
  );
  return [isLive(state, embedded.protocol, entry), isReached];
}
