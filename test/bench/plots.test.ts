/** Plots of results: what they show, and that nothing but the results decides what they are. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newestResults } from "../../bench/netns/results.ts";
import { latencyPlots } from "../../bench/plots/latencies.ts";
import { drawAll, only } from "../../bench/plots/plots.ts";
import { ratePlots } from "../../bench/plots/rates.ts";
import { tailPlots } from "../../bench/plots/tails.ts";
import { type MadeUp, latenciesFrom, resultsOf } from "./findings.ts";

const RIVALS = ["linux", "provenat-tun", "provenat-xdp", "nop-xdp"];

const rates: MadeUp[] = [1, 1000, 65_000].flatMap((flows) =>
  RIVALS.map((rival, index) => ({
    case: `rate-frames-stack-${flows}`,
    rival,
    values: { "loss-free": 1 - index / 10, overload: 0.9 - index / 10 },
  })),
);

const latencies: MadeUp[] = [1, 30_000, 59_793].flatMap((flows) =>
  RIVALS.map((rival, index) => ({
    case: `one-way-${flows}`,
    unit: "µs",
    rival,
    values: { "known p50": 20 + index, "known p99": 60, "new p50": 30 + index, "new p99": 90 },
    details: { known: latenciesFrom(20), new: latenciesFrom(30, 7) },
  })),
);

const plots = suite("plots");

plots("are of what was measured, and of nothing else", () => {
  const files = (figures: MadeUp[]): string[] => [...drawAll(resultsOf(figures)).keys()];

  assert.equal(files(rates), ["rate-frames-stack.svg"]);
  assert.equal(files(latencies), ["latency.svg", "latency-tail.svg"]);
  assert.equal(files(latencies.slice(0, RIVALS.length)), []);
  assert.equal(
    files([{ case: "tcp-up-offloads-on", rival: "linux", values: { received: 1 } }]),
    [],
  );
});

plots("name the rivals that they show, and no others", () => {
  const without = rates.filter(({ rival }) => rival !== "nop-xdp");
  const svg = drawAll(resultsOf([...without, ...latencies])).get("rate-frames-stack.svg")!;

  for (const name of ["nftables", "provenat, TUN", "provenat, AF_XDP"]) {
    assert.ok(svg.includes(`>${name}</text>`), name);
  }
  assert.not.match(svg, /nop/);
});

plots("are the same each time, and have a background", () => {
  const results = resultsOf([...rates, ...latencies]);
  const [first, second] = [drawAll(results), drawAll(results)];

  assert.equal([...first], [...second]);
  for (const [name, svg] of first) {
    assert.match(svg, /<rect width="960" height="\d+" x="0" y="0" fill="#ffffff">/, name);
    assert.not.match(svg, /NaN|undefined|<style|20\d\d-/, name);
    const ids = [...svg.matchAll(/id="([^"]*)"/g)].map(([, id]) => id!);
    assert.ok(
      ids.every((id) => id.startsWith(name.replace(".svg", "-"))),
      name,
    );
  }
});

plots("say rounds and machine", () => {
  for (const svg of drawAll(resultsOf(rates)).values()) {
    assert.match(svg, /Medians of 3 rounds .* Linux 6\.1\.2, Some Processor, 2 virtual processors/);
  }
});

plots("of throughput have medians and their spread, by flows", () => {
  const [plot] = ratePlots(resultsOf(rates));
  const series = plot!.panels[0]!.series.find(({ rival }) => rival === "linux")!;

  assert.equal(
    series.line,
    [1, 1000, 65_000].map((flows) => [flows, 1.01]),
  );
  assert.equal(series.spreads[0], { at: [1, 1.01], from: [1, 1], to: [1, 1.02] });
});

plots("of latency have known and new flows, by the part of the ports that is held", () => {
  const [plot] = latencyPlots(resultsOf(latencies));
  const occupancies = plot!.panels[0]!.series[0]!.line.map(([x]) => Math.round(x));

  assert.equal(occupancies, [1, 47, 92]);
  assert.is(plot!.panels.filter(({ title }) => title.startsWith("New flow")).length, 2);
});

plots("of tails begin with all packets and end with the slowest and the lost", () => {
  const [plot] = tailPlots(resultsOf(latencies));
  const [known, fresh] = plot!.panels.map(({ series }) => series[0]!.line);

  // Three rounds of 1,023 packets, the slowest of each in a bucket of its own.
  assert.equal(known![0], [20, 1]);
  assert.equal(known!.at(-1), [20 * 512, 1 / 1023]);
  assert.equal(fresh!.at(-1), [30 * 512 * 2 ** (1 / 16), 7 / 1030]);
  for (const line of [known!, fresh!]) {
    assert.ok(line.every(([x, y], i) => i === 0 || (x > line[i - 1]![0] && y <= line[i - 1]![1])));
  }
});

plots("can be of a few rivals, which have to be there", () => {
  const results = resultsOf(rates);

  assert.equal(Object.keys(only(results, ["nop-xdp", "linux"]).rivals), ["linux", "nop-xdp"]);
  assert.throws(() => only(results, ["nix"]), /no rival "nix" .* Name some of linux, provenat-tun/);
});

plots("in docs/plots are those of the newest results", () => {
  const drawn = drawAll(newestResults("bench/results").results);
  const committed = existsSync("docs/plots") ? readdirSync("docs/plots").sort() : [];

  assert.equal(committed, [...drawn.keys()].sort());
  for (const [name, svg] of drawn) {
    assert.ok(readFileSync(`docs/plots/${name}`, "utf8") === svg, `${name}: npm run bench:plots`);
  }
});

plots.run();
