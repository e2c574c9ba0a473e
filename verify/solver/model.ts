/** The values that make a satisfiable query's assertions true. */
import { evaluator, type Model } from "../terms/evaluate.ts";
import type { Query } from "./smtlib.ts";

/** What is not in the query is 0, everywhere. */
export class FoundModel implements Model {
  readonly variables = new Map<string, bigint>();
  /** By name and arguments. */
  readonly applications = new Map<string, bigint>();

  variable(name: string): bigint {
    return this.variables.get(name) ?? 0n;
  }

  apply(name: string, args: bigint[]): bigint {
    return this.applications.get(keyOf(name, args)) ?? 0n;
  }

  /** This model where it says something, another elsewhere. */
  over(other: FoundModel): FoundModel {
    const both = new FoundModel();
    for (const { variables, applications } of [other, this]) {
      for (const [name, value] of variables) both.variables.set(name, value);
      for (const [call, value] of applications) both.applications.set(call, value);
    }
    return both;
  }

  /** A function's values are known for the arguments that occur, so these are worked out first. */
  static from(query: Query, values: readonly bigint[]): FoundModel {
    const model = new FoundModel();
    const evaluate = evaluator(model);
    query.unknowns.forEach(({ term }, i) => {
      const value = values[i]!;
      if (term.op === "var") model.variables.set(term.name, value);
      else model.applications.set(keyOf(term.name, term.args.map(evaluate)), value);
    });
    return model;
  }
}

function keyOf(name: string, args: bigint[]): string {
  return `${name}(${args.join(", ")})`;
}
