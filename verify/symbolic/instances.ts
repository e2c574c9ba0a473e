/**
 * What a solver is told to show a goal: conditions of the path, and instances of its laws. All of
 * it holds on the path, so whatever is chosen here, what follows from it is proved. The choice is a
 * guess: from little to much, as solvers are quick where they are told little.
 */
import { SORT_OF, WIDTH_OF, labelOf } from "../contracts/sorts.ts";
import { TRUE, isConstant, subterms, variable, type Term } from "../terms/term.ts";
import type { Law, Path } from "./path.ts";

/** A condition on more unknowns, such as one that counts the empty slots of two buckets, is left for last. */
const LIGHT = 24;
/** Values of each sort that a law over two is taken at. */
const MOST = 16;

/** Lists of assertions to try in turn, each with more than those before. */
export function* assertionsFor(path: Path, goal: Term): Generator<Term[]> {
  const { claims } = path.facts;
  const light = claims.filter((claim) => unknownsIn(claim).length <= LIGHT);
  let tried = -1;
  for (const { depth, isNarrow, conditions } of [
    { depth: 0, isNarrow: true, conditions: light },
    { depth: 1, isNarrow: true, conditions: light },
    { depth: 1, isNarrow: false, conditions: light },
    { depth: 2, isNarrow: false, conditions: claims },
  ]) {
    const words = new Set(unknownsIn(goal).map(({ name }) => name));
    const laws = isNarrow ? path.laws.filter((law) => isWithin(law, words)) : path.laws;
    const found = instancesFor(laws, conditions, goal, depth);
    const instances = found.map((instance) => path.facts.refine(instance));
    const close = isNarrow ? withinWords(conditions, [goal, ...instances]) : conditions;
    const chosen = [...instances, ...relevant(close, [goal, ...instances])];
    if (chosen.length === tried) continue;
    tried = chosen.length;
    yield chosen;
  }
}

/** Of laws over two values, of which there are many instances, those that speak of the like. */
function isWithin(law: Law, words: Set<string>): boolean {
  if (law.over.length < 2) return true;
  const unknowns = unknownsIn(law.says(...anyValues(law)));
  return unknowns.every(({ op, name }) => op === "var" || words.has(name));
}

/** Values of a law's sorts of which nothing is known. */
export function anyValues(law: Law): Term[] {
  return law.over.map((sort, i) => variable(`any ${sort} ${i}`, WIDTH_OF[sort]!));
}

/** Those that speak of nothing but what is spoken of. */
function withinWords(conditions: Term[], spoken: Term[]): Term[] {
  const words = new Set(spoken.flatMap(unknownsIn).map(({ name }) => name));
  return conditions.filter((claim) => unknownsIn(claim).every(({ name }) => words.has(name)));
}

/** What speaks, directly or through others, of what is spoken of. */
export function relevant(known: readonly Term[], spoken: Term[]): Term[] {
  // That a path is impossible may have to do with anything.
  if (isConstant(spoken[0]!)) return [...known];
  const reached = new Set(spoken.flatMap(unknownsIn));
  const rest = new Set(known);
  const chosen: Term[] = [];
  for (let grew = true; grew;) {
    grew = false;
    for (const claim of rest) {
      const unknowns = unknownsIn(claim);
      if (!unknowns.some((unknown) => reached.has(unknown))) continue;
      for (const unknown of unknowns) reached.add(unknown);
      chosen.push(claim);
      rest.delete(claim);
      grew = true;
    }
  }
  return chosen;
}

const unknowns = new WeakMap<Term, Term[]>();

function unknownsIn(claim: Term): Term[] {
  let found = unknowns.get(claim);
  if (!found) {
    found = subterms([claim]).filter(({ op }) => op === "var" || op === "app" || op === "ones");
    unknowns.set(claim, found);
  }
  return found;
}

type Candidates = Map<string, Set<Term>>;

/**
 * Instances of laws: at depth 0 at the goal's own indices, at depth 1 also at those that these
 * bring in, at depth 2 also at those of the conditions.
 */
function instancesFor(laws: Law[], conditions: Term[], goal: Term, depth: number): Term[] {
  const candidates: Candidates = new Map();
  collect(candidates, depth < 2 ? [goal] : [goal, ...conditions]);
  const first = instancesAt(laws, candidates);
  if (depth === 0) return first;
  collect(candidates, first);
  return instancesAt(laws, candidates);
}

function instancesAt(laws: Law[], candidates: Candidates): Term[] {
  const instances = new Set<Term>();
  for (const law of laws) {
    const limit = law.over.length > 1 ? MOST : Infinity;
    const choices = law.over.map((sort) => [...(candidates.get(sort) ?? [])].slice(0, limit));
    for (const values of tuples(choices)) instances.add(law.says(...values));
  }
  instances.delete(TRUE);
  return [...instances];
}

function tuples(choices: Term[][]): Term[][] {
  return choices.reduce<Term[][]>(
    (lists, choice) => lists.flatMap((list) => choice.map((value) => [...list, value])),
    [[]],
  );
}

/** The indices at which tables are read within some terms, by sort. */
function collect(candidates: Candidates, terms: Term[]): void {
  for (const term of subterms(terms)) {
    if (term.op !== "app") continue;
    const sort = SORT_OF[term.name.split("@")[0]!];
    if (!sort) continue;
    add(candidates, sort, term.args[0]!);
    // The label of a mapping's port.
    if (sort === "node") add(candidates, "label", labelOf(term.args[0]!));
  }
}

function add(candidates: Candidates, sort: string, value: Term): void {
  if (!candidates.has(sort)) candidates.set(sort, new Set());
  candidates.get(sort)!.add(value);
}
