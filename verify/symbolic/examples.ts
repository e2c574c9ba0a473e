/**
 * Examples: values of the unknowns that solvers have come up with. One that fits a path's conditions
 * shows without asking that the path is possible, and which way it may go.
 */
import type { FoundModel } from "../solver/model.ts";
import { evaluator } from "../terms/evaluate.ts";
import type { Term } from "../terms/term.ts";

interface Example {
  model: FoundModel;
  valueOf(term: Term): bigint;
}

const MOST = 48;

export class Examples {
  private known: Example[] = [];

  /**
   * Notes a model of some conditions, but for those that have nothing to do with what it speaks of:
   * there an example of all of them goes on.
   */
  add(model: FoundModel, conditions: readonly Term[]): void {
    const base = this.known.find((example) => fits(example, conditions));
    const whole = base ? model.over(base.model) : model;
    this.known.unshift({ model: whole, valueOf: evaluator(whole) });
    if (this.known.length > MOST) this.known.pop();
  }

  /** A model of some conditions made one of them all, by what examples say of the rest. */
  completed(model: FoundModel, conditions: readonly Term[]): FoundModel | undefined {
    const models = [model, ...this.known.map((example) => model.over(example.model))];
    return models.find((one) => fits({ model: one, valueOf: evaluator(one) }, conditions));
  }

  /** Which of yes and no a claim may be where these conditions hold. */
  answersFor(conditions: readonly Term[], claim: Term): Set<boolean> {
    const answers = new Set<boolean>();
    for (const [i, example] of this.known.entries()) {
      const answer = example.valueOf(claim) === 1n;
      if (answers.has(answer) || !fits(example, conditions)) continue;
      answers.add(answer);
      this.known.splice(i, 1);
      this.known.unshift(example);
      if (answers.size === 2) break;
    }
    return answers;
  }
}

function fits({ valueOf }: Example, conditions: readonly Term[]): boolean {
  return conditions.every((condition) => valueOf(condition) === 1n);
}
