/** Addresses in packets that leave by the external side. */
import { Ipv4 } from "../../spec/datagram.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { eq } from "../../terms/comparisons.ts";
import { no } from "../../terms/logic.ts";
import type { Term } from "../../terms/term.ts";
import type { Unit } from "../unit.ts";
import { AnyNat, SETTINGS, soundPath, isInternal } from "./any-nat.ts";
import { type Through, explore, isTranslated, step } from "./explore.ts";
import { headersOf } from "./headers.ts";

export const ADDRESSES_UNIT: Unit = {
  name: "derived/nothing leaves outside with an internal address",
  theorem:
    "in a packet that is translated and leaves by the external side the source is E, and in an ICMP error the quoted " +
    "datagram's destination is E as well; these, the packet's destination and the quoted source " +
    "(which are one) are not of the internal network, where that is known; whatever the state",
  prove: ({ prover }) => proveAddresses(prover),
};

export async function proveAddresses(
  prover: Prover,
  through?: Through,
): Promise<{ paths: Path[] }> {
  const runs = explore(soundPath(), (path) => step(path, new AnyNat(), through));
  const outbound = runs.filter(
    ({ value: { fate } }) => isTranslated(fate) && fate.forward!.side === "external",
  );
  const isE = (address: Term) => eq(address, SETTINGS.externalAddress);
  for (const { path, value } of outbound) {
    const { ip, protocol, embedded } = await headersOf(path, prover);
    const kind = embedded ? `an ICMP error about ${embedded.protocol}` : protocol;
    const show = (claim: Term, what: string) => prover.show(path, claim, `${kind}: ${what}`);
    const { source, destination } = new Ipv4(value.packet, ip.at);
    await show(isE(source), "the source is E");
    await show(no(isInternal(source)), "the source is not internal");
    await show(no(isInternal(destination)), "the destination is not internal");
    if (!embedded) continue;
    const quoted = new Ipv4(value.packet, embedded.ip.at);
    await show(isE(quoted.destination), "the quoted destination is E");
    await show(no(isInternal(quoted.destination)), "the quoted destination is not internal");
    await show(eq(quoted.source, destination), "the quoted source is the destination");
    await show(no(isInternal(quoted.source)), "the quoted source is not internal");
  }
  return { paths: outbound.map(({ path }) => path) };
}
