/** The same questions to every solver there is. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FolderCache } from "../../../verify/solver/cache.ts";
import { nativeCvc5, nativeZ3, wasmZ3, wasmZ3Bits } from "../../../verify/solver/commands.ts";
import { Portfolio } from "../../../verify/solver/portfolio.ts";
import { PipedSolver, SolverError, type Backend } from "../../../verify/solver/process.ts";
import { openSolver, solverOn, type Answer } from "../../../verify/solver/solver.ts";
import { Turns } from "../../../verify/solver/turns.ts";
import { add, multiply } from "../../../verify/terms/arithmetic.ts";
import { bitwise, concat, extract } from "../../../verify/terms/bits.ts";
import { evaluate } from "../../../verify/terms/evaluate.ts";
import { eq, ult } from "../../../verify/terms/comparisons.ts";
import { all, implies, no } from "../../../verify/terms/logic.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { FALSE, TRUE, apply, constant, variable, type Term } from "../../../verify/terms/term.ts";

const [x, y, z] = ["x", "y", "z"].map((name) => variable(name, 32)) as [Term, Term, Term];
const [a, b] = ["first word", "second word"].map((name) => variable(name, 16)) as [Term, Term];
const f = (term: Term): Term => apply("f", 32, term);

/** That the prime 2^61 - 1 is a product of numbers below 2^32: not refuted for a long time. */
const p = variable("p", 64, 0xffffffffn);
const q = variable("q", 64, 0xffffffffn);
const FACTORS = [
  eq(multiply(p, q), constant(2305843009213693951n, 64)),
  ult(constant(1, 64), p),
  ult(constant(1, 64), q),
];

/** Satisfiable, and the assertions are true in the model. */
function assertSatisfied(answer: Answer, assertions: Term[]): void {
  assert.is(answer.status, "sat", JSON.stringify(answer));
  if (answer.status !== "sat") return;
  for (const claim of assertions) assert.is(evaluate(claim, answer.model), 1n);
}

const commands = {
  z3: nativeZ3(),
  cvc5: nativeCvc5(),
  "z3-wasm": wasmZ3(),
  "z3-wasm by bits": wasmZ3Bits(),
};

for (const [name, command] of Object.entries(commands)) {
  const solver = suite(`solver ${name}`);
  if (command === undefined) {
    process.stderr.write(`skipped: solver ${name}: there is no "${name}" on this machine.\n`);
    solver.skip("answers", () => {});
    solver.run();
    continue;
  }
  const backend = new PipedSolver(command);
  const { check, close } = bound(backend);
  solver.after(close);

  solver("finds a contradiction", async () => {
    assert.equal(await check([ult(x, y), ult(y, z), ult(z, x)]), { status: "unsat" });
  });

  solver("finds values", async () => {
    const claims = [eq(add(x, y), constant(7, 32)), ult(x, y), no(ult(y, constant(9, 32)))];
    assertSatisfied(await check(claims), claims);
  });

  solver("knows that a function has one value for one argument", async () => {
    assert.equal(await check([eq(x, y), no(eq(f(f(x)), f(f(y))))]), { status: "unsat" });
  });

  solver("finds a function", async () => {
    const claims = [eq(f(x), y), eq(f(y), x), eq(f(add(x, y)), z), no(eq(x, y)), ult(z, f(z))];
    assertSatisfied(await check(claims), claims);
  });

  solver("keeps unknowns within their bounds", async () => {
    const port = variable("port", 16, 1023n);
    assert.is((await check([ult(constant(1023, 16), add(port, port)), eq(a, port)])).status, "sat");
    assert.is((await check([no(ult(concat(port, b), constant(1024 << 16, 32)))])).status, "unsat");
  });

  solver("looks into one's-complement sums where it has to", async () => {
    const isZero = eq(onesSum(a, b), constant(0, 16));
    assert.is((await check([isZero, no(eq(a, constant(0, 16)))])).status, "unsat");
    const claims = [eq(onesSum(a, b, b), constant(5, 16)), ult(b, a), ult(constant(9, 16), b)];
    assertSatisfied(await check(claims), claims);
  });

  solver("gives up in time, and goes on", async () => {
    const start = performance.now();
    const answer = await check(FACTORS, 600);
    assert.is(answer.status, "unknown");
    assert.ok(performance.now() - start < 6000, "took too long");
    assert.is((await check([ult(x, y), ult(y, x)])).status, "unsat");
  });

  solver("does not survive being killed, but its successor does", async () => {
    const answer = check(FACTORS, 20_000);
    setTimeout(() => backend.cancel(), 800);
    assert.is((await answer).status, "unknown");
    assert.is((await check([ult(x, y), ult(y, x)])).status, "unsat");
  });

  solver("complains of what it does not understand", async () => {
    const text =
      "(set-logic QF_UFBV)\n(declare-fun a () (_ BitVec 8))\n(assert (= a b))\n(check-sat)";
    const query = { text, unknowns: [], isApproximate: false };
    try {
      await backend.ask(query, 5000);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, SolverError);
      assert.match((error as Error).message, "(declare-fun a () (_ BitVec 8))");
    }
    assert.is((await check([ult(x, y), ult(y, x)])).status, "unsat");
  });

  solver("answers about terms as deep as they come", async () => {
    let deep: Term = x;
    for (let i = 0; i < 2000; i++)
      deep = bitwise(i % 2 === 0 ? "and" : "xor", deep, i % 4 < 2 ? y : z);
    assert.is((await check([ult(deep, f(x)), no(ult(deep, f(x)))])).status, "unsat");
    assert.is((await check([ult(deep, f(x))], 60_000)).status, "sat");
  });

  solver.run();
}

function bound(backend: Backend) {
  const solver = solverOn(backend);
  return {
    check: (claims: Term[], timeoutMs = 20_000) => solver.check(claims, { timeoutMs }),
    close: () => solver.close(),
  };
}

/** Gives one reply to everything, and counts. */
class Parrot implements Backend {
  readonly name = "parrot";
  asked = 0;
  isCancelled = false;
  readonly #status: "sat" | "unsat" | "unknown";

  constructor(status: "sat" | "unsat" | "unknown") {
    this.#status = status;
  }

  async ask() {
    this.asked++;
    return { status: this.#status, values: [], why: "parrot" };
  }

  cancel(): void {
    this.isCancelled = true;
  }

  async close(): Promise<void> {}
}

const solver = suite("solver");

solver("opens", async () => {
  for (const prefer of ["native", "wasm"] as const) {
    const opened = await openSolver({ prefer });
    assert.equal(await opened.check([ult(x, y), ult(y, x)]), { status: "unsat" });
    assert.is(opened.statistics.queries, 1);
    await opened.close();
  }
});

solver("is not asked what needs no solver", async () => {
  const parrot = new Parrot("unknown");
  const { check } = bound(parrot);
  assert.is((await check([TRUE, FALSE])).status, "unsat");
  assert.is((await check([TRUE])).status, "sat");
  assert.is((await check([])).status, "sat");
  assert.is(parrot.asked, 0);
});

solver("remembers contradictions, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "provenat-cache-"));
  const ask = async (parrot: Parrot): Promise<[string, number]> => {
    const solver = solverOn(parrot, new FolderCache(folder));
    const { status } = await solver.check([no(eq(onesSum(a, b), x === y ? a : b)), ult(x, y)]);
    return [status, parrot.asked];
  };

  assert.equal(await ask(new Parrot("unknown")), ["unknown", 2]);
  assert.equal(readdirSync(folder), []);
  assert.equal(await ask(new Parrot("unsat")), ["unsat", 1]);
  assert.is(readdirSync(folder).length, 1);
  assert.equal(await ask(new Parrot("unknown")), ["unsat", 0]);
  rmSync(folder, { recursive: true });
});

solver("does not take a model that is none", async () => {
  const { check } = bound(new Parrot("sat"));
  try {
    await check([ult(x, y)]);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, "the model is none");
  }
});

solver("asks a second one when the first knows nothing", async () => {
  const query = { text: "", unknowns: [], isApproximate: false };
  const [first, second] = [new Parrot("unknown"), new Parrot("unsat")];
  assert.is((await new Portfolio(first, second, 10).ask(query, 1000)).status, "unsat");
  assert.is((await new Portfolio(second, first, 10).ask(query, 1000)).status, "unsat");
  assert.is(first.asked, 1);
  assert.is(second.asked, 2);
  const neither = new Portfolio(first, first, 10);
  assert.is((await neither.ask(query, 1000)).status, "unknown");
});

solver("asks in turn, and first whoever knew the last answer", async () => {
  const query = { text: "", unknowns: [], isApproximate: false };
  const [first, second] = [new Parrot("unknown"), new Parrot("unsat")];
  const turns = new Turns([first, second], 10);
  assert.is((await turns.ask(query, 1000)).status, "unsat");
  assert.is((await turns.ask(query, 1000)).status, "unsat");
  assert.equal([first.asked, second.asked], [1, 2]);
});

solver("gives up once each turn has been long enough", async () => {
  const query = { text: "", unknowns: [], isApproximate: false };
  const parrot = new Parrot("unknown");
  assert.is((await new Turns([parrot, parrot], 10).ask(query, 100)).status, "unknown");
  // For 10 ms, 30, 90, and all that is left.
  assert.is(parrot.asked, 4);
});

solver("notices when two disagree", async () => {
  const query = { text: "", unknowns: [], isApproximate: false };
  const slow = new Parrot("sat");
  const reply = slow.ask.bind(slow);
  slow.ask = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return reply();
  };
  try {
    await new Portfolio(slow, new Parrot("unsat"), 10).ask(query, 1000);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, "disagree");
  }
});

solver("tells slices of a word apart", async () => {
  const opened = await openSolver();
  const swapped = concat(extract(a, 7, 0), extract(a, 15, 8));
  const isPalindrome = eq(swapped, a);
  const claim = implies(isPalindrome, eq(extract(a, 7, 0), extract(a, 15, 8)));
  assert.is((await opened.check([no(claim)])).status, "unsat");
  assert.is((await opened.check([all(isPalindrome, ult(b, a))])).status, "sat");
  await opened.close();
});

solver.run();
