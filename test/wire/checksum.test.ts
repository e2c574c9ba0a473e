import { suite } from "uvu";
import * as assert from "uvu/assert";
import { internetChecksum, onesComplementSum } from "../support/checksum.ts";
import { type Core, freshCore } from "../support/core.ts";
import { hex, write16 } from "../support/octets.ts";
import { Draw } from "../support/random.ts";

const SEED = 1624;
const CORNERS = [0x0000, 0x0001, 0x7fff, 0x8000, 0xfffe, 0xffff];

const core: Core = freshCore();
const checksum = suite("checksum");

checksum("follows a word that changes, whichever word it is", () => {
  const draw = Draw.seeded(SEED);
  for (let round = 0; round < 20_000; round++) {
    const words = randomWords(draw);
    const at = draw.between(1, words.length - 1);
    const after = words.with(at, randomWord(draw));

    assertFollows(words, after, core.change16(words[at]!, after[at]!));
  }
});

checksum("follows from and to the words 0000 and ffff and their neighbours", () => {
  for (const before of CORNERS) {
    for (const after of CORNERS) {
      for (const other of CORNERS) {
        const words = [0x4500, other, before];
        assertFollows(words, words.with(2, after), core.change16(before, after));
      }
    }
  }
});

checksum("follows both words of an address", () => {
  const draw = Draw.seeded(SEED);
  for (let round = 0; round < 20_000; round++) {
    const words = randomWords(draw).concat(randomWord(draw), randomWord(draw));
    const at = words.length - 2;
    const after = words.with(at, randomWord(draw)).with(at + 1, randomWord(draw));
    const change = core.change32(address(words, at), address(after, at));

    assertFollows(words, after, change);
  }
});

checksum("follows many words at once, their changes added up", () => {
  const draw = Draw.seeded(SEED);
  for (let round = 0; round < 20_000; round++) {
    const words = randomWords(draw);
    const after = words.map((word, index) => (index === 0 ? word : randomWord(draw)));
    const changes = words.map((word, index) => core.change16(word, after[index]!));

    assertFollows(words, after, sumOf(changes.slice(1)));
  }
});

checksum("does not lose a carry when every changed word is ffff", () => {
  const words = [0x4500, ...Array<number>(30).fill(0)];
  const after = words.with(0, 0x4500).map((word) => (word === 0 ? 0xffff : word));
  assertFollows(words, after, 30 * core.change16(0, 0xffff));
});

checksum("gives the worked example of RFC 1624 §4", () => {
  const change = core.change16(swapped(0x5555), swapped(0x3285));
  assert.is(core.adjust(swapped(0xdd2f), change), 0x0000);
});

checksum("is what equation 3 gives for a word that keeps its value", () => {
  for (const word of CORNERS) {
    const change = core.change16(word, word);
    for (const sum of CORNERS.slice(0, -1)) assert.is(core.adjust(sum, change), sum);
    assert.is(core.adjust(0xffff, change), 0x0000);
  }
});

checksum("of a header is judged over every IHL, and over nothing after it", () => {
  const draw = Draw.seeded(SEED);
  for (let ihl = 5; ihl <= 15; ihl++) {
    for (let round = 0; round < 200; round++) {
      const header = summed(draw.octets(ihl * 4), 10);
      const bit = draw.below(ihl * 32);
      assert.is(headerIsValid(header, draw), 1, `seed ${SEED}, ${hex(header)}`);
      assert.is(headerIsValid(flipped(header, bit), draw), 0, `seed ${SEED}, ${hex(header)}`);
    }
  }
});

checksum("of a header is right when all its octets are ff, wrong when all are 00", () => {
  for (let ihl = 5; ihl <= 15; ihl++) {
    assert.is(headerIsValid(new Uint8Array(ihl * 4).fill(0xff), Draw.seeded(SEED)), 1);
    assert.is(headerIsValid(new Uint8Array(ihl * 4), Draw.seeded(SEED)), 0);
  }
});

checksum("of a message is judged over every length, an odd last octet padded", () => {
  const draw = Draw.seeded(SEED);
  const lengths = [...Array(81).keys(), 1499, 1500, 2027, 2028];
  for (const length of lengths) {
    const message = draw.octets(length);
    assertJudged(message, draw);
    if (length < 4) continue;
    assertJudged(summed(message, 2), draw);
    assertJudged(flipped(summed(message, 2), draw.below(length * 8)), draw);
  }
});

checksum("of the longest message of ff octets does not overflow", () => {
  assertJudged(new Uint8Array(2028).fill(0xff), Draw.seeded(SEED));
  assertJudged(new Uint8Array(2027).fill(0xff), Draw.seeded(SEED));
});

checksum.run();

/** Both lists begin with a word that is not 0, as every header does, and words lie as in memory. */
function assertFollows(before: number[], after: number[], change: number): void {
  const actual = core.adjust(fullSum(before), change);
  assert.is(actual, fullSum(after), `seed ${SEED}, ${hexWords(before)} to ${hexWords(after)}`);
}

function assertJudged(message: Uint8Array, draw: Draw): void {
  const at = core.start("PACKETS");
  core.octets.set(message, at);
  core.octets.set(draw.octets(4), at + message.length);
  const isRight = onesComplementSum(message) === 0xffff;
  assert.is(core.messageIsValid(at, message.length), Number(isRight), `seed ${SEED}`);
}

function headerIsValid(header: Uint8Array, draw: Draw): number {
  const at = core.start("PACKETS");
  core.octets.set(header, at);
  core.octets.set(draw.octets(64), at + header.length);
  return core.headerIsValid(at, header.length);
}

/** The checksum as it lies in memory, from all the words. */
function fullSum(words: number[]): number {
  const octets = new Uint8Array(words.length * 2);
  words.forEach((word, index) => write16(octets, index * 2, swapped(word)));
  return swapped(internetChecksum(octets));
}

/** `octets` with their right checksum at `field`. */
function summed(octets: Uint8Array, field: number): Uint8Array {
  const copy = octets.slice();
  write16(copy, field, 0);
  write16(copy, field, internetChecksum(copy));
  return copy;
}

function flipped(octets: Uint8Array, bit: number): Uint8Array {
  return octets.with(bit >>> 3, octets[bit >>> 3]! ^ (1 << (bit & 7)));
}

function randomWords(draw: Draw): number[] {
  return [0x0045, ...Array.from({ length: draw.between(1, 20) }, () => randomWord(draw))];
}

function randomWord(draw: Draw): number {
  return draw.oneIn(3) ? draw.pick(CORNERS) : draw.below(0x10000);
}

function address(words: number[], at: number): number {
  return words[at]! + words[at + 1]! * 0x10000;
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8);
}

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function hexWords(words: number[]): string {
  return words.map((word) => word.toString(16).padStart(4, "0")).join(" ");
}
