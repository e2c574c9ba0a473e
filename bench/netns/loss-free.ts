/** The rate up to which next to nothing is lost, by binary search. */
import type { Bed } from "./bed.ts";
import type { Sink } from "./sink.ts";
import { type Generator, type Load, trial } from "./trial.ts";

/** Part of the packets that may be lost. */
const MOST_LOSS = 0.001;

/**
 * Packets a second that are too many for all. The search begins there, whatever arrives of them:
 * under overload some rivals carry next to nothing of what they can.
 */
const OVERLOAD = 2.5e6;

/** The search ends when it knows the rate as exactly as this part of it. */
const EXACTNESS = 0.02;

/**
 * Goes at a rate, of which one has to succeed: a machine that is taken away for some milliseconds
 * makes any rival lose packets, and nothing makes it lose fewer.
 */
const ATTEMPTS = 2;

/**
 * How often it is searched at most. One go that fails by bad luck would hide all rates above it:
 * so the lowest that failed is tried again at the end, and if it is carried now, all above it are.
 */
const SEARCHES = 3;

/** Packets a second. */
export interface LossFree {
  lossFree: number;
  overload: number;
}

/** The flows have to be open. */
export async function searchLossFree(
  bed: Bed,
  sink: Sink,
  generator: Generator,
  flows: number,
): Promise<LossFree> {
  const { arrived: overload } = await trial(bed, sink, { generator, flows, rate: OVERLOAD });
  const carry = (rate: number): Promise<number> => hold(bed, sink, { generator, flows, rate });
  let lossFree = 0;
  for (let search = 0; search < SEARCHES; search++) {
    const { held, tooMuch } = await bisect(lossFree, OVERLOAD, carry);
    lossFree = held;
    const luckier = await carry(tooMuch);
    if (luckier <= held) break;
    lossFree = luckier;
  }
  return { lossFree, overload };
}

/** `carry` resolves to the rate that was carried: to less than it was given if that was too much. */
async function bisect(
  least: number,
  most: number,
  carry: (rate: number) => Promise<number>,
): Promise<{ held: number; tooMuch: number }> {
  let [held, tooMuch] = [least, most];
  while (tooMuch - held > EXACTNESS * tooMuch) {
    const rate = (held + tooMuch) / 2;
    const carried = await carry(rate);
    if (carried < rate * (1 - EXACTNESS)) tooMuch = rate;
    held = Math.max(held, carried);
  }
  return { held, tooMuch };
}

/**
 * The rate that was sent, if next to nothing of it was lost, and else 0. It may be less than is
 * wanted: then the generator can do no more.
 */
async function hold(bed: Bed, sink: Sink, load: Load): Promise<number> {
  let held = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { offered, loss } = await trial(bed, sink, load);
    if (loss < MOST_LOSS) held = Math.max(held, offered);
    if (held >= load.rate * (1 - EXACTNESS)) break;
  }
  return held;
}
