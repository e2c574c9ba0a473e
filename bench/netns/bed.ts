/** One rival in a lab of its own, ready to be measured. */
import { Lab } from "../../host/demo/lab.ts";
import { failureOf } from "./failure.ts";
import { inTime } from "./in-time.ts";
import type { Native } from "./native.ts";
import { type Offloads, setOffloads } from "./offloads.ts";
import type { Rival } from "./rivals/rival.ts";
import {
  CLIENT,
  EXTERNAL_ADDRESS,
  SERVER,
  addPlaces,
  gatewayMac,
  removeVeths,
} from "./topology.ts";

export interface Bed {
  readonly lab: Lab;
  readonly rival: Rival;
  readonly native: Native;
}

/** Addresses that flows come from, as native/flows.h has it. */
const CLIENT_ADDRESSES = 2;

/** Seconds that a measurement may take, from an empty lab. */
const PATIENCE = 240;

/** Resolves to what `measure` does. Whatever becomes of it, nothing is left of the lab. */
export async function inBed<T>(
  rival: Rival,
  native: Native,
  offloads: Offloads,
  measure: (bed: Bed) => Promise<T>,
): Promise<T> {
  const lab = new Lab(`provenat-${process.pid}`);
  const work = async (): Promise<T> => {
    const process = await rival.begin(lab);
    setOffloads(lab, offloads);
    const measured = measure({ lab, rival, native });
    return process === undefined ? measured : Promise.race([measured, failureOf(process)]);
  };
  try {
    addPlaces(lab);
    try {
      return await inTime(work(), PATIENCE, rival.name);
    } finally {
      // At once: namespaces go some time after one has asked for it.
      removeVeths(lab);
    }
  } finally {
    await lab.close();
  }
}

/** What programs that send frames are told of the ends. */
export function endsOf({ lab }: Bed): Record<string, string> {
  return {
    device: CLIENT.device,
    "source-mac": CLIENT.mac,
    "gateway-mac": gatewayMac(lab),
    client: CLIENT.address,
    server: SERVER.address,
  };
}

/** The first address that packets have to arrive from, and how many there are after one another. */
export function sourcesOf({ translates }: Rival): { source: string; sources: number } {
  return translates
    ? { source: EXTERNAL_ADDRESS, sources: 1 }
    : { source: CLIENT.address, sources: CLIENT_ADDRESSES };
}
