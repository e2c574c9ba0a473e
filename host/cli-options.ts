/** The options that several commands have. */
import { type Command, InvalidArgumentError, Option } from "commander";

export function deviceOptions(of: Command): Command {
  return of
    .option("--internal <device>", 'kind:name of the internal device, as in "tun:natlan"')
    .option("--external <device>", 'of the external one; the kinds are "tun", "tap" and "xdp"')
    .option("--internal-address <address>", 'of tap and xdp, the NAT\'s own: as in "10.0.0.1/24"')
    .option("--gateway <address>", "of tap and xdp: the router of the external side");
}

export function natOptions(of: Command): Command {
  return of
    .option("--config <file>", "configuration file; flags override it")
    .option("--external-address <address>", "the outside sees it; of tap and xdp with its prefix")
    .option("--internal-network <network>", 'as in "10.0.0.0/24": refuse what cannot be from there')
    .option("--ports <range>", 'external ports, as in "1024-65535" (default: all)')
    .option("--allow-short-lifetimes", "accept lifetimes below the minima of the RFCs")
    .option("--inbound-refresh", "let inbound packets refresh a mapping as well");
}

export function askingOptions(of: Command): Command {
  return of
    .option("--control <path>", "control socket (default: the only one in /run/provenat)")
    .option("--json", "one JSON object a line");
}

export function listingOptions(of: Command): Command {
  const limit = new Option("--limit <count>", "stop after so many").argParser(wholeNumber);
  return askingOptions(of).addOption(limit).option("--all", "also those that are no longer live");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It is not a whole number above 0.");
}
