/** What becomes of a datagram, whatever carries it (docs/behaviour.md §2 to §7). */
import { Side } from "../../../assembly/abi.ts";
import { checkDatagram, checkTranslatable } from "./checks.ts";
import type { Datagram } from "./datagram.ts";
import { echo, isForNat } from "./echo.ts";
import { type ChoosePort, type Decision, drop } from "./fate.ts";
import { icmpError } from "./icmp-error.ts";
import { inbound } from "./inbound.ts";
import { outbound } from "./outbound.ts";
import type { State } from "./tables.ts";

/** Decides, and changes the state accordingly. Throws `IllegalChoice`. */
export function decide(
  state: State,
  datagram: Datagram,
  side: Side,
  choosePort: ChoosePort,
): Decision {
  const { settings } = state;
  const fault = checkDatagram(datagram, side, settings);
  if (fault !== undefined) return drop(fault);
  if (datagram.isEchoRequest && isForNat(datagram, side, settings)) return echo(datagram, side);

  const obstacle = checkTranslatable(datagram, side, settings);
  if (obstacle !== undefined) return drop(obstacle);
  if (datagram.isIcmpError) return icmpError(state, datagram, side);
  if (side === Side.External) return inbound(state, datagram);
  return outbound(state, datagram, choosePort);
}
