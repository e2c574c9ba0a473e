/** Some of the mutants, where all of them take too long. */

interface Mutant {
  unit: string;
  defect?: string | undefined;
}

/** Part of a turn, by which the golden ratio goes on: any first few of such steps lie far apart. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Each that stands for a known defect; and of each unit at least so many. */
export function standard<M extends Mutant>(mutants: M[], ofEachUnit: number): M[] {
  const chosen = new Set(mutants.filter(({ defect }) => defect !== undefined));
  for (const ones of byUnit(mutants)) {
    let lacking = ofEachUnit - ones.filter((one) => chosen.has(one)).length;
    for (const one of ones) {
      if (lacking <= 0) break;
      if (chosen.has(one)) continue;
      chosen.add(one);
      lacking -= 1;
    }
  }
  return mutants.filter((one) => chosen.has(one));
}

/** So many, always the same, of as many units as possible. */
export function sample<M extends Mutant>(mutants: M[], count: number): M[] {
  const units = byUnit(mutants);
  const chosen: M[] = [];
  for (let round = 0; chosen.length < Math.min(count, mutants.length); round++) {
    const present = units.flatMap((ones) => ones[round] ?? []);
    chosen.push(...evenly(present, count - chosen.length));
  }
  return chosen;
}

/** Of each unit its mutants, neighbours far apart: they are slips in the same few lines. */
function byUnit<M extends Mutant>(mutants: M[]): M[][] {
  const units = new Map<string, M[]>();
  for (const mutant of mutants) {
    units.set(mutant.unit, [...(units.get(mutant.unit) ?? []), mutant]);
  }
  return [...units.values()].map((ones) => {
    const turns = new Map(ones.map((one, index) => [one, (index * GOLDEN) % 1]));
    return ones.sort((a, b) => turns.get(a)! - turns.get(b)!);
  });
}

function evenly<T>(items: T[], count: number): T[] {
  if (count >= items.length) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
