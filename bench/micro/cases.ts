/** What is measured: one batch of packets through one network function, the table in a given state. */
import { DESCRIPTOR_WORDS, FIRST_DROP, Outcome } from "../../assembly/abi.ts";
import { type Nat, coreBytes, createNat } from "../../host/nat.ts";
import { Flows } from "./flows.ts";

export const FUNCTIONS = ["nop", "unverified", "core"] as const;
type FunctionName = (typeof FUNCTIONS)[number];

/** A table at 92 % of its 65,535 ports. */
export const CROWD = 60_293;

/** As `provenat run` configures the module by default. */
const CONFIGURATION = { externalAddress: "203.0.113.1", virtioHeader: true };

/** A case: `fill` writes a batch, `process` carries it through. */
export interface Case {
  readonly name: FunctionName;
  readonly batch: number;
  fill(): void;
  process(): void;
  /** Throws if a packet was not translated: a number for dropped packets would be worthless. */
  check(): void;
}

/** Batches of packets of flows that all have mappings, in random order. */
export function knownFlows(name: FunctionName, live: number, batch: number): Case {
  const nat = createNat({ ...CONFIGURATION, core: coreBytes(name) });
  const flows = new Flows(nat);
  const order = randomOrder(live);
  let next = 0;
  const fill = (): void => {
    for (let i = 0; i < batch; i++) {
      flows.write(i, order[next]!);
      next = (next + 1) & (order.length - 1);
    }
  };
  for (let flow = 0; flow < live; flow++) {
    flows.write(0, flow);
    nat.process(1, 5000);
    throwIfDropped(nat, 1);
  }
  const process = (): void => nat.process(batch, 5000 + performance.now());
  return { name, batch, fill, process, check: () => throwIfDropped(nat, batch) };
}

/**
 * Batches of packets of which each opens a flow, while the same number of old flows expires: the
 * clock runs so that a lifetime passes in CROWD packets. By then all flows have changed so often.
 */
export function newFlows(
  name: FunctionName,
  batch: number,
  turnovers: number,
): Case & { occupancy(): number } {
  const lifetime = 4096;
  const nat = createNat({
    ...CONFIGURATION,
    core: coreBytes(name),
    lifetimes: { udp: lifetime },
    allowShortLifetimes: true,
    holdDown: 0,
  });
  const flows = new Flows(nat);
  let next = 0;
  const fill = (): void => {
    for (let i = 0; i < batch; i++) flows.write(i, next + i);
  };
  const process = (): void => {
    next += batch;
    nat.process(batch, 5000 + (next * lifetime) / CROWD);
  };
  for (let turn = 0; turn < turnovers * CROWD; turn += batch) {
    fill();
    process();
  }
  const occupancy = (): number => [...nat.mappings()].length;
  return { name, batch, fill, process, occupancy, check: () => throwIfDropped(nat, batch) };
}

function throwIfDropped(nat: Nat, batch: number): void {
  for (let i = 0; i < batch; i++) {
    const outcome = nat.descriptors[i * DESCRIPTOR_WORDS + 3]! >>> 8;
    if (outcome >= FIRST_DROP) throw new Error(`A packet was dropped: ${Outcome[outcome]}.`);
  }
}

/** Flow numbers below `live`, uniformly random, as many as a power of two. */
function randomOrder(live: number): Uint32Array {
  return Uint32Array.from({ length: 1 << 17 }, () => Math.floor(Math.random() * live));
}
