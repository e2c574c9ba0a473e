import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  HeldFrames,
  MOST_FRAMES,
  MOST_FRAMES_OF_HOP,
  MOST_HOPS,
  PATIENCE,
} from "../../host/held-frames.ts";

const heldFrames = suite<{ held: HeldFrames }>("held frames");

heldFrames.before.each((context) => {
  context.held = new HeldFrames();
});

const frame = (number: number): Uint8Array => Uint8Array.of(number);

/** Asks for a next hop, if that may be. */
function ask(held: HeldFrames, hop: number, now: number): boolean {
  const mayAsk = held.mayAsk(hop, now);
  if (mayAsk) held.noteAsked(hop, now);
  return mayAsk;
}

/** As when a frame comes whose next hop is not known. */
function come(held: HeldFrames, hop: number, number: number, now: number): boolean {
  held.hold(hop, frame(number), now);
  return ask(held, hop, now);
}

/** The numbers of the frames that are let go when `hops` are known. */
function letGo(held: HeldFrames, ...hops: number[]): number[] {
  return held.takeKnown((hop) => hops.includes(hop)).map(([number]) => number!);
}

heldFrames("let those go whose next hop is known, in the order in which they came", ({ held }) => {
  come(held, 7, 1, 0);
  come(held, 8, 2, 0);
  come(held, 7, 3, 10);

  assert.is(held.count, 3);
  assert.equal(letGo(held), []);
  assert.equal(letGo(held, 7), [1, 3]);
  assert.is(held.count, 1);
  assert.equal(letGo(held, 7, 8), [2]);
  assert.is(held.lost, 0);
});

heldFrames("ask for a next hop once a second", ({ held }) => {
  assert.ok(come(held, 7, 1, 5000));
  assert.not(come(held, 7, 2, 5000 + PATIENCE - 1));
  assert.ok(come(held, 8, 3, 5500));
  assert.ok(come(held, 7, 4, 5000 + PATIENCE));
});

heldFrames("ask again no sooner for a next hop that has answered", ({ held }) => {
  come(held, 7, 1, 5000);
  letGo(held, 7);

  assert.not(held.mayAsk(7, 5900));
  assert.equal(held.tend(5900), []);
  assert.not(held.mayAsk(7, 5999));
  assert.ok(held.mayAsk(7, 6000));
});

heldFrames("give up what is a second old, and ask for what is not", ({ held }) => {
  come(held, 7, 1, 5000);
  come(held, 7, 2, 5300);
  come(held, 8, 3, 5000);

  assert.equal(held.tend(5999), []);
  assert.equal(held.tend(6000), [7]);
  assert.is(held.lost, 2);
  assert.ok(held.mayAsk(7, 6000));
  assert.equal(letGo(held, 7, 8), [2]);
});

heldFrames("forget who was asked for when nothing waits any more", ({ held }) => {
  for (let hop = 1; hop <= MOST_HOPS; hop++) ask(held, hop, 0);
  assert.not(held.mayAsk(MOST_HOPS + 1, 500));
  held.tend(PATIENCE);

  assert.ok(held.mayAsk(MOST_HOPS + 1, PATIENCE));
});

heldFrames("give up the oldest of a next hop that has many", ({ held }) => {
  for (let number = 0; number < MOST_FRAMES_OF_HOP + 2; number++) come(held, 7, number, number);

  assert.is(held.count, MOST_FRAMES_OF_HOP);
  assert.is(held.lost, 2);
  assert.equal(letGo(held, 7)[0], 2);
});

heldFrames("give up the oldest of all when there are many", ({ held }) => {
  const hops = MOST_FRAMES / 2;
  for (const number of [1, 2]) {
    for (let hop = 1; hop <= hops; hop++) come(held, hop, number, number);
  }
  come(held, hops + 1, 3, 3);

  assert.is(held.count, MOST_FRAMES);
  assert.is(held.lost, 1);
  assert.equal(letGo(held, 1), [2]);
  assert.equal(letGo(held, hops + 1), [3]);
});

heldFrames("lose the frames of next hops that there are too many of", ({ held }) => {
  for (let hop = 1; hop <= MOST_HOPS; hop++) come(held, hop, 1, 0);
  assert.not(come(held, MOST_HOPS + 1, 2, 1));

  assert.is(held.lost, 1);
  assert.is(held.count, MOST_HOPS);
});

heldFrames("have place for the foremost next hop, however many there are", () => {
  const held = new HeldFrames(MOST_HOPS + 2);
  for (let hop = 1; hop <= MOST_HOPS; hop++) come(held, hop, 1, 0);

  assert.not(come(held, MOST_HOPS + 1, 2, 1));
  assert.ok(come(held, MOST_HOPS + 2, 3, 1));
  assert.equal(letGo(held, MOST_HOPS + 2), [3]);
});

heldFrames("keep the latest of each next hop when there are many", ({ held }) => {
  for (let hop = 1; hop <= MOST_HOPS; hop++) come(held, hop, 1, hop);
  for (const number of [2, 3, 4]) come(held, MOST_HOPS, number, MOST_HOPS + number);

  assert.is(held.count, MOST_FRAMES);
  assert.equal(letGo(held, 1), [1]);
  assert.equal(letGo(held, MOST_HOPS), [3, 4]);
});

heldFrames("keep the latest of the foremost next hop, too", () => {
  const held = new HeldFrames(MOST_HOPS + 1);
  for (let hop = 1; hop <= MOST_HOPS + 1; hop++) come(held, hop, 1, 0);
  come(held, MOST_HOPS, 2, 1);

  assert.is(held.lost, 1);
  assert.equal(letGo(held, 1), [1]);
  assert.equal(letGo(held, MOST_HOPS), [2]);
});

heldFrames("ask again at the next occasion where asking was not possible", ({ held }) => {
  held.hold(7, frame(1), 5000);

  assert.ok(held.mayAsk(7, 5000));
  assert.equal(held.tend(5100), [7]);
  assert.is(held.lost, 0);
});

heldFrames.run();
