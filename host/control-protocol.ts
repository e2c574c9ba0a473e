/**
 * What is said over the control socket: one JSON object a line. A request is answered by one `reply`,
 * by any number of `item`s and one `end`, or by one `error`, in the order of the requests.
 */
import { z } from "zod";
import type { Outcome } from "../assembly/abi.ts";
import type { Traffic } from "./forward.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Mapping, Neighbour, Session } from "./tables.ts";

/** Octets in a request. */
export const LONGEST_REQUEST = 4096;

const list = {
  /** Also what is no longer live. */
  all: z.boolean().optional(),
  limit: z.int().min(1).optional(),
};

export const requestShape = z.discriminatedUnion("request", [
  z.strictObject({ request: z.literal("status") }),
  z.strictObject({ request: z.literal("counters") }),
  z.strictObject({ request: z.literal("mappings"), ...list }),
  z.strictObject({ request: z.literal("sessions"), ...list }),
  z.strictObject({ request: z.literal("neighbours"), ...list }),
  z.strictObject({ request: z.literal("advance"), milliseconds: z.int().min(1) }),
]);

export type Request = z.infer<typeof requestShape>;

/** Packets by outcome (docs/behaviour.md §2), and by device. */
export interface Counters {
  outcomes: Record<keyof typeof Outcome, number>;
  internal: Traffic;
  external: Traffic;
}

export interface Status {
  version: string;
  pid: number;
  /** SHA-256 of the module that carries the packets, in hexadecimal. */
  core: string;
  internal: string;
  external: string;
  externalAddress: string;
  /** As in "10.0.0.0/24"; null when it was not given. */
  internalNetwork: string | null;
  ports: string;
  /** Null where the kernel is the router. */
  router: RouterSettings | null;
  /** Milliseconds since the start. */
  uptime: number;
  testClock: boolean;
  /** Live mappings. */
  mappings: Record<Mapping["protocol"], number>;
}

interface Advanced {
  /** The core's clock, in milliseconds. */
  clock: number;
}

/** What a request is answered with. */
export interface Replies {
  status: Status;
  counters: Counters;
  advance: Advanced;
}

/** What the lines of a list hold. */
export interface Items {
  mappings: Mapping;
  /** `live`: whether a packet of it would still be admitted. */
  sessions: Session & { live: boolean };
  neighbours: Neighbour;
}

export type Line =
  | { reply: object }
  | { item: object }
  | { end: { items: number; isComplete: boolean } }
  | { error: string };

/** The control socket cannot be used. */
export class ControlError extends Error {
  readonly path: string;

  constructor(path: string, problem: string, remedy: string) {
    super(`${path}: ${problem}. ${remedy}.`);
    this.name = "ControlError";
    this.path = path;
  }
}

/** The instance has refused a request; the sentence is its own. */
export class ControlRefusal extends Error {}
