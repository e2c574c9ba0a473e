/**
 * The configuration file: JSON whose names are those of RFC 8512 (ietf-nat) where it has one.
 * What a value means is checked in config.ts, with the flags; here only its shape.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { POLLS } from "./loop.ts";
import { ConfigError } from "./settings.ts";

const port = z.int().min(0).max(65535);
const seconds = z.int().min(0).max(2_147_483);

const shape = z.strictObject({
  /** kind:name, as in "tun:natlan". */
  "internal-interface": z.string().optional(),
  "external-interface": z.string().optional(),
  "external-ip-address-pool": z
    .array(z.strictObject({ "pool-id": z.int().optional(), "external-ip-pool": z.string() }))
    .length(1)
    .optional(),
  "subscriber-match": z
    .array(z.strictObject({ "match-id": z.int().optional(), subnet: z.string() }))
    .length(1)
    .optional(),
  "port-set-restrict": z
    .strictObject({ "start-port-number": port.optional(), "end-port-number": port.optional() })
    .optional(),
  timers: z
    .strictObject({
      "udp-timeout": seconds.optional(),
      "tcp-idle-timeout": seconds.optional(),
      "tcp-trans-open-timeout": seconds.optional(),
      "tcp-trans-close-timeout": seconds.optional(),
      "icmp-timeout": seconds.optional(),
      "hold-down-timeout": seconds.optional(),
    })
    .optional(),
  "mapping-type": z.literal("eim").optional(),
  "filtering-type": z.literal("adf").optional(),
  "fragment-behavior": z.literal("drop-all").optional(),
  /** Not in RFC 8512. Where the NAT is the router: as in "10.0.0.1/24" and "203.0.113.0/24". */
  "internal-address": z.string().optional(),
  "external-network": z.string().optional(),
  gateway: z.string().optional(),
  "allow-short-lifetimes": z.boolean().optional(),
  "inbound-refresh": z.boolean().optional(),
  poll: z.enum(POLLS).optional(),
  offloads: z.boolean().optional(),
  control: z.string().min(1).optional(),
});

export type ConfigFile = z.infer<typeof shape>;

/** Reads a configuration file. Throws `ConfigError`, of the first thing that is wrong. */
export function readConfigFile(path: string): ConfigFile {
  return parseConfig(path, contents(path));
}

/** Checks the shape of `text`, which came from the file `path`. Throws `ConfigError`. */
function parseConfig(path: string, text: string): ConfigFile {
  const result = shape.safeParse(parseJson(path, text), { reportInput: true });
  if (result.success) return result.data;
  throw shapeError(path, result.error.issues[0]!);
}

function contents(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(path, `cannot be read (${code})`, "Name a configuration file");
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as SyntaxError).message.replaceAll(/\s+/g, " ");
    throw new ConfigError(path, `not JSON (${reason})`, "Correct it there");
  }
}

function shapeError(path: string, issue: z.core.$ZodIssue): ConfigError {
  const where = (more: PropertyKey[] = []): string => {
    const place = placeOf([...issue.path, ...more]);
    return place === "" ? path : `${path}: ${place}`;
  };
  const given = JSON.stringify(issue.input) ?? "nothing";
  switch (issue.code) {
    case "unrecognized_keys": {
      const remedy = "Remove it, or correct its name";
      return new ConfigError(where([issue.keys[0]!]), "there is no such setting", remedy);
    }
    case "invalid_type": {
      const problem =
        issue.input === undefined ? "missing" : `${given} is not ${a(issue.expected)}`;
      return new ConfigError(where(), problem, `Give ${a(issue.expected)}`);
    }
    case "invalid_value": {
      const values = issue.values.map((value) => JSON.stringify(value)).join(" or ");
      return new ConfigError(where(), `${given} is not available yet`, `Use ${values}`);
    }
    case "too_small":
    case "too_big":
      return sizeError(where(), issue, given);
    default:
      return new ConfigError(where(), issue.message, "Correct it");
  }
}

function sizeError(
  where: string,
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  given: string,
): ConfigError {
  if (issue.origin === "array") {
    const problem = `${(issue.input as unknown[]).length} entries given`;
    return new ConfigError(where, problem, "Give exactly one; more are not available yet");
  }
  if (issue.origin === "string") return new ConfigError(where, "empty", "Give a text");
  const [problem, remedy] =
    issue.code === "too_small"
      ? ["too small", `Use ${issue.minimum} or more`]
      : ["too large", `Use ${issue.maximum} or less`];
  return new ConfigError(where, `${given} is ${problem}`, remedy);
}

/** As in `timers.udp-timeout` and `external-ip-address-pool[0].external-ip-pool`. */
function placeOf(path: PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "");
}

function a(expected: string): string {
  const noun: Record<string, string> = { int: "whole number", boolean: "truth value" };
  const word = noun[expected] ?? expected;
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}
