/** What is not rewritten. */
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { eq } from "../../terms/comparisons.ts";
import { any } from "../../terms/logic.ts";
import type { Unit } from "../unit.ts";
import { AnyNat, soundPath } from "./any-nat.ts";
import { type Through, explore, isTranslated, step } from "./explore.ts";
import { after, allWordsOf, headersOf } from "./headers.ts";

export const PAYLOAD_UNIT: Unit = {
  name: "derived/the payload is unchanged",
  theorem:
    "a datagram that is translated is as long as its total length, and differs from the one that " +
    "came in its IP header's octets 10 to 19 (checksum and addresses) and in octets 0 to 3 " +
    "and 6 to 7 of UDP, 0 to 3 and 16 to 17 of TCP, 2 to 5 of an ICMP query, and nowhere else; an " +
    "ICMP error in octets 10 to 19, its checksum, and these same octets of the datagram it quotes, " +
    "as far as that is quoted",
  prove: ({ prover }) => provePayload(prover),
};

export async function provePayload(prover: Prover, through?: Through): Promise<{ paths: Path[] }> {
  const runs = explore(soundPath(), (path) => step(path, new AnyNat(), through));
  const forwarded = runs.filter(({ value }) => isTranslated(value.fate));
  for (const { path, value } of forwarded) {
    const { fate, packet } = value;
    const headers = await headersOf(path, prover);
    const places = allWordsOf(headers).flatMap((at) => [at, after(at, 1)]);
    for (const { at } of packet.octets.written) {
      // Octets that nothing has been written to are as they arrived.
      const mayChange = any(...places.map((place) => eq(at, place)));
      await prover.show(path, mayChange, `${fate.outcome}: an octet that may change`);
    }
    const { length } = fate.forward!;
    const isWhole = eq(length, headers.ip.totalLength);
    await prover.show(path, isWhole, `${fate.outcome}: the length is the total length`);
  }
  return { paths: forwarded.map(({ path }) => path) };
}
