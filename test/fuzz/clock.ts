/** Steps of the clock: mostly none, often one that just reaches or just misses the end of something. */
import { Side } from "../../assembly/abi.ts";
import type { State } from "../support/model/tables.ts";
import type { Draw } from "../support/random.ts";

/** How long a neighbour is known, in ticks of 1,024 ms. */
const KNOWN_TICKS = 293;

/** The next reading of the clock, in milliseconds; sometimes before the last one. */
export function nextTime(draw: Draw, state: State): number {
  const { now } = state;
  const step = draw.weighted({ none: 60, little: 14, edge: 12, tick: 4, back: 4, far: 1 });
  if (step === "none") return now;
  if (step === "little") return now + draw.pick([1, 2, 10, 100, 900]);
  if (step === "tick") return now + draw.pick([1023, 1024, 1025]);
  if (step === "back") return Math.max(0, now - draw.pick([1, 1000, 5_000_000]));
  if (step === "far") return now + draw.below(2 * state.settings.lifetimes.tcpEstablished);
  return Math.max(now, edge(draw, state));
}

/** A moment within a millisecond of the end of a lifetime, a rest, or the 1,024 ms after it. */
function edge(draw: Draw, state: State): number {
  if (state.settings.router && draw.oneIn(3)) return edgeOfNeighbour(draw, state);
  const mappings = state.mappings();
  if (mappings.length === 0) return state.now;
  const mapping = draw.pick(mappings);
  const { holdDown } = state.settings;
  const near = draw.pick([-1, 0, 1]);
  const dates = [...mapping.sessions.values()];
  if (dates.length > 0 && draw.oneIn(4)) return draw.pick(dates) + state.lifetime(mapping) + near;
  return (
    state.end(mapping) +
    draw.pick([0, 0, holdDown, holdDown + draw.below(1024), holdDown + 1024]) +
    near
  );
}

/** A moment within a millisecond of that when a neighbour is no longer known. */
function edgeOfNeighbour(draw: Draw, { neighbours, now }: State): number {
  const heard = [...neighbours[Side.Internal].all(), ...neighbours[Side.External].all()];
  if (heard.length === 0) return now;
  return (draw.pick(heard).tick + KNOWN_TICKS) * 1024 + draw.pick([-1, 0, 1]);
}
