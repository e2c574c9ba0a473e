/**
 * Shows claims on paths, by what is plainly known, or by a solver from the path's conditions and
 * instances of its laws. Which of these it is told is a guess and not trusted: too few of them
 * leave a true claim unproved, never a false one proved.
 */
import type { FoundModel } from "../solver/model.ts";
import type { Answer, Solver } from "../solver/solver.ts";
import { no } from "../terms/logic.ts";
import { TRUE, subterms, type Term } from "../terms/term.ts";
import { withoutDetours } from "./equalities.ts";
import { Examples } from "./examples.ts";
import { anyValues, assertionsFor, relevant } from "./instances.ts";
import { Unsupported } from "./frame.ts";
import type { Law, Path } from "./path.ts";

/** A claim that could not be shown. */
export interface Failure {
  what: string;
  path: Path;
  claim: Term;
  answer: Answer;
}

/** A guess has led to a claim that could not be shown; if it is not caught, so have all others. */
export class GuessFailed extends Unsupported {
  constructor(readonly failure: Failure) {
    super(failure.what);
  }
}

const QUICK_MS = 5_000;
const PATIENT_MS = 60_000;

export class Prover {
  readonly failures: Failure[] = [];
  shown = 0;
  private readonly examples = new Examples();

  constructor(private readonly solver: Solver) {}

  /** Whether a claim holds on a path; undefined where it may go either way. */
  async decide(path: Path, claim: Term): Promise<boolean | undefined> {
    const known = path.facts.decide(claim);
    if (known !== undefined) return known;
    const conditions = path.facts.claims;
    const answers = this.examples.answersFor(conditions, claim);
    for (const answer of [true, false]) {
      if (answers.has(answer)) continue;
      const asked = answer ? claim : no(claim);
      // Without an example of the path to go on from, the model has to be one of all of it.
      const query = answers.size > 0 ? relevant(conditions, [asked]) : conditions;
      const options = { timeoutMs: QUICK_MS, isEasy: true };
      const found = await this.solver.check([...query, asked], options);
      if (found.status === "unsat") return !answer;
      if (found.status !== "sat") continue;
      this.examples.add(found.model, conditions);
      answers.add(answer);
    }
    return undefined;
  }

  private isGuessing = false;

  /**
   * Works with one guess after the other, each up to its first failure, until one has none. If all
   * have, the failure that is noted is that of the guess that got furthest.
   */
  async withGuess<G, T>(guesses: Iterable<G>, work: (guess: G) => Promise<T>): Promise<T> {
    const before = this.shown;
    let best: { failed: GuessFailed; shown: number } | undefined;
    for (const guess of guesses) {
      this.shown = before;
      this.isGuessing = true;
      try {
        return await work(guess);
      } catch (error) {
        if (!(error instanceof GuessFailed)) throw error;
        if (!best || this.shown > best.shown) best = { failed: error, shown: this.shown };
      } finally {
        this.isGuessing = false;
      }
    }
    if (!best) throw new Error("there was nothing to guess");
    this.shown = best.shown;
    this.failures.push(best.failed.failure);
    throw best.failed;
  }

  /** Shows that a claim holds on a path, or notes that it may not; it is assumed from then on. */
  readonly require = async (path: Path, claim: Term, what: string): Promise<void> => {
    await this.show(path, claim, what);
    path.assume(claim);
  };

  /** Shows a claim case by case, the last case being none of the others. */
  async showSplit(path: Path, claim: Term, what: string, splits: Term[]): Promise<boolean> {
    const rest = path.fork();
    for (const split of splits) {
      const here = rest.fork();
      here.assume(split);
      if (!(await this.show(here, claim, what))) return false;
      rest.assume(no(split));
    }
    return this.show(rest, claim, what);
  }

  /** Shows a claim for each way in which some conditions may turn out. */
  async showCases(path: Path, claim: Term, what: string, conditions: Term[]): Promise<boolean> {
    const [first, ...others] = conditions;
    if (!first) return this.show(path, claim, what);
    for (const condition of [first, no(first)]) {
      if (path.facts.decide(condition) === false) continue;
      const here = path.fork();
      here.assume(condition);
      if (!(await this.showCases(here, claim, what, others))) return false;
    }
    return true;
  }

  /** Assumes a claim if it can be shown. */
  readonly suggest = async (path: Path, claim: Term): Promise<void> => {
    const { status } = await this.answerTo(path, path.facts.refine(claim), "a suggestion");
    if (status === "unsat") path.assume(claim);
  };

  /** Shows a claim; notes a failure. */
  async show(path: Path, claim: Term, what: string): Promise<boolean> {
    this.shown++;
    const goal = path.facts.refine(claim);
    const answer = await this.answerTo(path, goal, what);
    if (answer.status === "unsat") return true;
    const failure = { what, path, claim: goal, answer };
    if (this.isGuessing) throw new GuessFailed(failure);
    this.failures.push(failure);
    return false;
  }

  /** Whether the contrary of a claim is possible. */
  private async answerTo(path: Path, goal: Term, what: string): Promise<Answer> {
    if (goal === TRUE) return { status: "unsat" };
    let answer: Answer = { status: "unknown", why: "nothing was tried" };
    let model: FoundModel | undefined;
    for (const assertions of assertionsFor(path, goal)) {
      const begun = performance.now();
      const query = withoutDetours([...assertions, no(goal)]);
      answer = await this.solver.check(query, { timeoutMs: PATIENT_MS });
      report(what, assertions.length, answer, performance.now() - begun);
      if (answer.status === "unsat") return answer;
      if (answer.status === "sat") model = answer.model;
    }
    if (answer.status === "sat" || !model) return answer;
    // Told more, the solver does not know; the path's own conditions may be met all the same.
    model = this.examples.completed(model, [...path.facts.claims, no(goal)]);
    return model ? { status: "sat", model } : answer;
  }

  /** Shows a law at any values. */
  async showLaw(
    path: Path,
    law: Law,
    what = law.name,
    splits: readonly Term[] = [],
  ): Promise<boolean> {
    const values = anyValues(law);
    const claim = law.says(...values);
    const cases = [...splits, ...(law.splits?.(...values) ?? []), ...choicesOf(claim, values)];
    return this.showSplit(path, claim, what, cases);
  }

  /** Whether what is assumed on a path may be so at all. */
  async isPossible(path: Path): Promise<boolean> {
    const answer = await this.solver.check(path.facts.claims, { timeoutMs: QUICK_MS });
    return answer.status !== "unsat";
  }
}

/** Whether one of the values is an index that has been written. */
function choicesOf(claim: Term, values: Term[]): Term[] {
  const choices = subterms([claim]).filter(({ op }) => op === "ite");
  const conditions = choices.map(({ args }) => args[0]!);
  return [...new Set(conditions)].filter(
    ({ op, args }) => op === "eq" && args.some((arg) => values.includes(arg)),
  );
}

/** With LOUD in the environment: what takes its time. */
function report(what: string, assertions: number, { status }: Answer, ms: number): void {
  if (!process.env["LOUD"] || ms < 300) return;
  console.log(`      ${what}: ${assertions} assertions: ${status}, ${Math.round(ms)} ms`);
}
