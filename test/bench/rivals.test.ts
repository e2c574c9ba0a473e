/** Who is compared, and by what priorities. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allCases, suits } from "../../bench/netns/cases.ts";
import { underTest } from "../../bench/netns/processors.ts";
import { allRivals } from "../../bench/netns/rivals.ts";
import { spinning, tap, tapDirect, tun, xdp } from "../../bench/netns/rivals/wirings.ts";

const rivals = suite("rivals");

rivals("have names of their own", () => {
  const names = allRivals("").map(({ name }) => name);

  assert.is(new Set(names).size, names.length);
  for (const device of ["tun", "tap", "tap-direct", "xdp"]) {
    for (const core of ["provenat", "unverified", "nop"]) {
      // What only forwards is no router.
      const isThere = core !== "nop" || device === "tun";
      assert.is(names.includes(`${core}-${device}`), isThere);
      assert.is(names.includes(`${core}-${device}-spin`), isThere);
    }
  }
});

rivals("over AF_XDP are spared endpoints that leave checksums undone", () => {
  const [on, off] = ["round-trip-offloads-on", "round-trip-offloads-off"].map((name) =>
    allCases().find((subject) => subject.name === name)!,
  );
  for (const rival of allRivals("")) {
    assert.is(suits(on!, rival), !rival.name.includes("-xdp"), rival.name);
    assert.ok(suits(off!, rival), rival.name);
  }
});

rivals("that spin give way to receive threads, and others do not", () => {
  assert.match(underTest(["it"], "block").join(" "), /^taskset -c 0 chrt --rr 15 it$/);
  const spins = underTest(["it"], "spin").join(" ");
  assert.match(spins, /^taskset -c 0 chrt --other 0 /);
  assert.not.match(spins, /--rr/);
});

rivals("that spin are wired like those that do not", () => {
  for (const wiring of [tun, tap, tapDirect, xdp]) {
    const title = `${wiring.title}, spinning`;
    assert.equal(spinning(wiring), { ...wiring, title, poll: "spin" });
  }
});

rivals("are told the NAT's own addresses where it is the router itself", () => {
  for (const { options } of [tap, tapDirect, xdp]) {
    const told = options.join(" ");
    assert.match(told, /--internal-address 10\.0\.0\.2\/24/);
    assert.match(told, /--external-address 203\.0\.113\.1\/24 --gateway 203\.0\.113\.10$/);
  }
});

rivals.run();
