/**
 * Asks whether assertions can all be true at once. A proof is an `unsat`; everything else is not.
 *
 * The solvers are native z3 and cvc5 where they are found, and otherwise Z3 in WebAssembly.
 */
import { evaluate, type Model } from "../terms/evaluate.ts";
import { FALSE, TRUE, type Term } from "../terms/term.ts";
import { FolderCache, NO_CACHE, type Cache } from "./cache.ts";
import { nativeCvc5, nativeZ3, nativeZ3General, wasmZ3, wasmZ3Bits } from "./commands.ts";
import { FoundModel } from "./model.ts";
import { Portfolio } from "./portfolio.ts";
import { PipedSolver, type Backend } from "./process.ts";
import { hasOnes, print, type Query } from "./smtlib.ts";
import { Turns } from "./turns.ts";

export type Answer =
  { status: "unsat" } | { status: "sat"; model: FoundModel } | { status: "unknown"; why: string };

export interface Statistics {
  /** Asked of a solver. */
  queries: number;
  /** Answered by the cache instead. */
  cached: number;
  /** Waited for solvers. */
  seconds: number;
}

export interface CheckOptions {
  timeoutMs?: number;
  /** Whether the answer is likely to be easy, and to be yes. */
  isEasy?: boolean;
}

export interface Solver {
  readonly name: string;
  readonly statistics: Readonly<Statistics>;
  /** Calls wait for each other. The time limit is for the solver's work alone. */
  check(assertions: Term[], options?: CheckOptions): Promise<Answer>;
  close(): Promise<void>;
}

export type SolverKind = "native" | "wasm";

export interface SolverOptions {
  /** The environment's PROVENAT_SOLVER, `native` or `wasm`, unless given here. */
  prefer?: SolverKind;
  /** For what is known to be unsatisfiable; nothing is kept without. */
  cacheFolder?: string;
}

const TIMEOUT_MS = 30_000;
/** cvc5 answers small queries in 2 ms, z3 in 8; of the others each has some that the other has not. */
const HEAD_START_MS = 100;
/** Most queries take Z3 in WebAssembly less than a tenth of this, by either way. */
const SLICE_MS = 1000;

export async function openSolver(options: SolverOptions = {}): Promise<Solver> {
  const cache = options.cacheFolder ? new FolderCache(options.cacheFolder) : NO_CACHE;
  const [backend, easy] = backendsFor(options.prefer ?? preferred());
  return solverOn(backend, cache, easy);
}

/** A solver on one backend of the caller's choice, and perhaps another for what is easy. */
export function solverOn(backend: Backend, cache: Cache = NO_CACHE, easy = backend): Solver {
  return new BackedSolver(backend, cache, easy);
}

function preferred(): SolverKind {
  return process.env["PROVENAT_SOLVER"] === "wasm" ? "wasm" : "native";
}

/** For proofs, cvc5 before z3; for examples, of which z3 is quicker to think, z3 alone. */
function backendsFor(kind: SolverKind): [Backend, Backend] {
  const [cvc5, z3] = kind === "native" ? [nativeCvc5(), nativeZ3()] : [];
  const general = kind === "native" ? nativeZ3General() : undefined;
  const native = general ?? cvc5;
  const easy = native ? new PipedSolver(native) : wasm();
  if (!z3 || !cvc5) return [z3 ? new PipedSolver(z3) : easy, easy];
  return [new Portfolio(new PipedSolver(cvc5), new PipedSolver(z3), HEAD_START_MS), easy];
}

function wasm(): Backend {
  const ways = [wasmZ3(), wasmZ3Bits()].map((way) => new PipedSolver(way));
  return new Turns(ways, SLICE_MS);
}

class BackedSolver implements Solver {
  readonly name: string;
  readonly statistics: Statistics = { queries: 0, cached: 0, seconds: 0 };
  readonly #backend: Backend;
  readonly #easy: Backend;
  readonly #cache: Cache;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend, cache: Cache, easy: Backend) {
    this.name = backend.name;
    this.#backend = backend;
    this.#easy = easy;
    this.#cache = cache;
  }

  check(assertions: Term[], options: CheckOptions = {}): Promise<Answer> {
    const { timeoutMs = TIMEOUT_MS, isEasy = false } = options;
    const backend = isEasy ? this.#easy : this.#backend;
    const answer = this.#turn.then(() => this.#decide(assertions, timeoutMs, backend));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#backend.close();
    if (this.#easy !== this.#backend) await this.#easy.close();
  }

  async #decide(assertions: Term[], timeoutMs: number, backend: Backend): Promise<Answer> {
    const claims = [...new Set(assertions)].filter((claim) => claim !== TRUE);
    if (claims.includes(FALSE)) return { status: "unsat" };
    if (claims.length === 0) return { status: "sat", model: new FoundModel() };
    const precise = print(claims, "precise");
    const queries = hasOnes(claims) ? [print(claims, "opaque"), precise] : [precise];
    if (queries.some((query) => this.#cache.has(query))) {
      this.statistics.cached++;
      return { status: "unsat" };
    }
    this.statistics.queries++;
    const start = performance.now();
    try {
      return await this.#ask(claims, queries, start + timeoutMs, backend);
    } finally {
      this.statistics.seconds += (performance.now() - start) / 1000;
    }
  }

  /** The last query is precise; what satisfies another need not satisfy the claims. */
  async #ask(
    claims: Term[],
    queries: Query[],
    deadline: number,
    backend: Backend,
  ): Promise<Answer> {
    for (const query of queries) {
      const rest = deadline - performance.now();
      if (rest <= 0) break;
      const reply = await backend.ask(query, rest);
      if (reply.status === "unknown" && query === queries.at(-1)) return reply;
      if (reply.status === "unsat") {
        this.#cache.add(query, this.name);
        return reply;
      }
      if (reply.status !== "sat") continue;
      const model = FoundModel.from(query, reply.values);
      if (holds(claims, model)) return { status: "sat", model };
      if (!query.isApproximate) {
        throw new Error(`${this.name}: the model is none. The query is:\n${query.text}`);
      }
    }
    return { status: "unknown", why: `${this.name}: no time left` };
  }
}

function holds(claims: Term[], model: Model): boolean {
  return claims.every((claim) => evaluate(claim, model) === 1n);
}
