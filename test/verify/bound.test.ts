import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Bounds, functionOf } from "../../verify/bound.ts";
import { type Costs, type UnitReport, unproved } from "../../verify/report.ts";

const FUNCTIONS = ["a/leaf", "a/leafy", "a/twice", "a/loop"];

const bound = suite("bound");

bound("adds what the calls cost to what a path costs, and takes the dearest", () => {
  const bounds = boundsOf({
    "a/leaf": { paths: [cost(7), cost(9)] },
    "a/twice": { paths: [cost(10, { "a/leaf": 2 }), cost(20)] },
  });
  assert.is(bounds.of("a/twice"), 28);
});

bound("takes a loop as many times as it may go round", () => {
  const bounds = boundsOf({
    "a/leaf": { paths: [cost(9)] },
    "a/loop": { paths: [cost(5)], loop: { rounds: 256, paths: [cost(1, { "a/leaf": 1 })] } },
  });
  assert.is(bounds.of("a/loop"), 5 + 256 * 10);
  assert.is(bounds.ofRound("a/loop"), 10);
});

bound("takes the parts of a function for one", () => {
  const bounds = boundsOf({
    "a/leaf, of UDP": { paths: [cost(9)] },
    "a/leaf, of TCP": { paths: [cost(12)] },
  });
  assert.is(bounds.of("a/leaf"), 12);
});

bound("is not known where something is not proved, or not counted", () => {
  const caller = { paths: [cost(10, { "a/leaf": 1 })] };
  assert.is(boundsOf({ "a/twice": caller }).of("a/twice"), undefined);

  const leaf = { ...reportOn("a/leaf", { paths: [cost(1)] }), status: "gave up" as const };
  const reports = [leaf, reportOn("a/twice", caller)];
  assert.is(new Bounds(reports, FUNCTIONS).of("a/twice"), undefined);

  const parts = [
    reportOn("a/leaf, of UDP", { paths: [cost(1)] }),
    { ...leaf, unit: "a/leaf, of TCP" },
  ];
  assert.is(
    new Bounds([...parts, reportOn("a/twice", caller)], FUNCTIONS).of("a/twice"),
    undefined,
  );

  const uncounted = { ...reportOn("a/twice", { paths: [cost(1)] }), answered: ["a/leaf"] };
  assert.is(new Bounds([uncounted], FUNCTIONS).of("a/twice"), undefined);
});

bound("is not known of a function that calls itself", () => {
  const bounds = boundsOf({ "a/leaf": { paths: [cost(1, { "a/leaf": 1 })] } });
  assert.is(bounds.of("a/leaf"), undefined);
});

bound("knows a unit's function by the beginning of its name", () => {
  assert.is(functionOf("a/leaf", FUNCTIONS), "a/leaf");
  assert.is(functionOf("a/leafy", FUNCTIONS), "a/leafy");
  assert.is(functionOf("a/leaf, of UDP", FUNCTIONS), "a/leaf");
  assert.is(functionOf("a/leaves", FUNCTIONS), undefined);
});

bound.run();

function cost(own: number, calls: Record<string, number> = {}) {
  return { own, calls };
}

function boundsOf(units: Record<string, Costs>): Bounds {
  const reports = Object.entries(units).map(([unit, costs]) => reportOn(unit, costs));
  return new Bounds(reports, FUNCTIONS);
}

function reportOn(unit: string, instructions: Costs): UnitReport {
  return { ...unproved(unit, "", ""), status: "proved", failures: [], instructions };
}
