/** One unit of the proof, from the module's octets to a report. */
import type { Loop, Unit } from "./proofs/unit.ts";
import { UNITS } from "./proofs/units.ts";
import { type SolverKind, type Solver, openSolver } from "./solver/solver.ts";
import { Unsupported } from "./symbolic/frame.ts";
import type { Answer } from "./symbolic/machine.ts";
import type { FoundModel } from "./solver/model.ts";
import { assertionsFor } from "./symbolic/instances.ts";
import type { Entry, Path } from "./symbolic/path.ts";
import { type Failure, GuessFailed, Prover } from "./symbolic/prover.ts";
import { no } from "./terms/logic.ts";
import type { Term } from "./terms/term.ts";
import { decode } from "./wasm/decode.ts";
import { costsOf } from "./bound.ts";
import { readable } from "./counterexample.ts";
import { type Shortfall, type UnitReport, statusOf, unproved } from "./report.ts";
import { replayed } from "./replay.ts";
import { type Obligation, traceOf } from "./trace.ts";

/** A function's name in the manifest to its index. */
export type Functions = Record<string, number>;

export interface ProveOptions {
  solver?: SolverKind;
  cacheFolder?: string;
  /** Is given the trace of each path. */
  trace?: (text: string) => void;
  /** Whether a counterexample is enough. */
  stopAtFirst?: boolean;
}

/** For values that fit all that is known on a path. */
const WHOLE_MS = 20_000;

/** Thrown when a counterexample is enough. */
class Enough extends Unsupported {}

/** A prover that is watched. */
class WatchedProver extends Prover {
  readonly obligations: Obligation[] = [];

  constructor(
    solver: Solver,
    private readonly options: ProveOptions,
  ) {
    super(solver);
  }

  override async show(path: Path, claim: Term, what: string): Promise<boolean> {
    const before = this.failures.length;
    const conditions = this.options.trace ? [...path.conditions] : [];
    const isShown = await super.show(path, claim, what);
    if (this.options.trace) this.obligations.push({ conditions, claim, what, isShown });
    const found = this.failures.slice(before).some(({ answer }) => answer.status === "sat");
    if (found && this.options.stopAtFirst) throw new Enough("a counterexample");
    return isShown;
  }
}

/** Answers, of which it is known who was asked for one. */
class WatchedAnswers extends Map<number, Answer> {
  readonly used = new Set<number>();

  override get(index: number): Answer | undefined {
    const answer = super.get(index);
    if (answer) this.used.add(index);
    return answer;
  }
}

/** Proves a unit of `UNITS`, or says why not. Only throws when there is no such unit. */
export async function proveUnit(
  bytes: Uint8Array,
  functions: Functions,
  unitName: string,
  options: ProveOptions = {},
): Promise<UnitReport> {
  const unit = UNITS.find(({ name }) => name === unitName);
  if (!unit) throw new Error(`${unitName}: there is no such unit`);
  return prove(bytes, functions, unit, options);
}

/** Proves any unit. */
export async function prove(
  bytes: Uint8Array,
  functions: Functions,
  unit: Unit,
  options: ProveOptions = {},
): Promise<UnitReport> {
  const begun = performance.now();
  const solver = await openSolver({
    ...(options.solver && { prefer: options.solver }),
    ...(options.cacheFolder && { cacheFolder: options.cacheFolder }),
  });
  const prover = new WatchedProver(solver, options);
  const answers = new WatchedAnswers();
  const failures: Shortfall[] = [];
  let paths: Path[] = [];
  let loop: Loop | undefined;
  try {
    ({ paths, loop } = await findings(bytes, functions, unit, prover, answers));
    failures.push(...(await emptiness(paths, prover)));
  } catch (error) {
    // What has stopped early has noted why.
    const isNoted = error instanceof Enough || error instanceof GuessFailed;
    if (!isNoted) failures.push({ what: messageOf(error), status: "unknown" });
  }
  const replay: Replay = (model, entry) => replayed(bytes, functions, model, entry);
  try {
    failures.unshift(...(await shortfalls(prover.failures, solver, replay)));
  } finally {
    await solver.close();
  }
  if (options.trace) options.trace(traceOf(unit, paths, prover.obligations));
  const { queries, cached } = solver.statistics;
  return {
    ...unproved(unit.name, unit.theorem, ""),
    status: statusOf(failures),
    failures,
    paths: paths.length,
    shown: prover.shown,
    queries,
    cached,
    seconds: (performance.now() - begun) / 1000,
    solver: solver.name,
    instructions: costsOf(paths, loop),
    answered: Object.keys(functions).filter((name) => answers.used.has(functions[name]!)),
  };
}

function findings(
  bytes: Uint8Array,
  functions: Functions,
  unit: Unit,
  prover: Prover,
  answers: Map<number, Answer>,
): ReturnType<Unit["prove"]> {
  const indexOf = (name: string): number => {
    const index = functions[name];
    if (index === undefined) throw new Error(`the manifest has no ${name}`);
    return index;
  };
  return unit.prove({ module: decode(bytes), indexOf, prover, answers });
}

/** Nothing is proved by not being looked at. */
async function emptiness(paths: Path[], prover: Prover): Promise<Shortfall[]> {
  const lacks: string[] = [];
  if (paths.length === 0) lacks.push("no path comes to its end");
  if (prover.shown === 0) lacks.push("there was nothing to show");
  let isPossible = paths.length === 0;
  for (const path of paths) isPossible ||= await prover.isPossible(path);
  if (!isPossible) lacks.push("what is assumed is never so");
  return lacks.map((what) => ({ what, status: "unknown" }));
}

type Replay = (model: FoundModel, entry: Entry) => string[];

/** The first counterexample is also replayed. */
async function shortfalls(
  failures: readonly Failure[],
  solver: Solver,
  replay: Replay,
): Promise<Shortfall[]> {
  const first = failures.find(({ answer }) => answer.status === "sat");
  const found: Shortfall[] = [];
  for (const failure of failures) {
    const { what, path, answer } = failure;
    if (answer.status !== "sat") {
      const why = answer.status === "unknown" ? answer.why : "a failure without a reason";
      found.push({ what, status: "unknown", why });
      continue;
    }
    const model =
      failure === first ? await wholeModel(failure, answer.model, solver) : answer.model;
    const seen = failure === first ? replayOf(path, model, replay) : [];
    found.push({ what, status: "sat", counterexample: [...readable(model, path), ...seen] });
  }
  return found;
}

/** What was asked may not have been all that is known on the path. */
async function wholeModel(
  { path, claim }: Failure,
  model: FoundModel,
  solver: Solver,
): Promise<FoundModel> {
  const most = [...assertionsFor(path, claim)].at(-1) ?? [];
  const assertions = [...path.facts.claims, ...most, no(claim)];
  const answer = await solver.check(assertions, { timeoutMs: WHOLE_MS });
  return answer.status === "sat" ? answer.model : model;
}

function replayOf({ entry }: Path, model: FoundModel, replay: Replay): string[] {
  try {
    return entry ? replay(model, entry) : [];
  } catch (error) {
    return [`it cannot be replayed: ${messageOf(error)}`];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
