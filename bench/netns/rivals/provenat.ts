/** Provenat, with one of its cores, on devices of some kind. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Lab } from "../../../host/demo/lab.ts";
import { underTest } from "../processors.ts";
import { type Core, stage } from "../stage.ts";
import type { Rival } from "./rival.ts";
import type { Wiring } from "./wirings.ts";

const TITLES: Record<Core, string> = {
  core: "provenat",
  unverified: "provenat's host with an unverified NAT",
  nop: "provenat's host with a module that only forwards",
};

/** `folder` is for the copy that is measured, and its control sockets. */
export function provenat(name: string, core: Core, wiring: Wiring, folder: string): Rival {
  let command: string | undefined;
  return {
    name,
    title: `${TITLES[core]}, ${wiring.title}`,
    translates: core !== "nop",
    mostFlows: 65_000,
    takesOffloads: wiring.takesOffloads,
    obstacle: () => wiring.obstacle(),
    async begin(lab: Lab) {
      command ??= stage(join(folder, name), core);
      wiring.prepare(lab);
      const control = join(folder, `${randomUUID()}.sock`);
      const nat = lab.start("router", [
        ...underTest([process.execPath, command, "run", "--control", control], wiring.poll),
        ...["--poll", wiring.poll, ...wiring.options],
      ]);
      await nat.line(/ core sha256 /);
      wiring.connect(lab);
      return nat;
    },
  };
}
