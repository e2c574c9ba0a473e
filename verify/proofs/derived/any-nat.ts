/** A NAT that answers anything: for theorems about the octets of packets, whatever the state. */
import { is, when } from "../../spec/language.ts";
import type { Endpoint, Mapping, Nat, Protocol, Settings } from "../../spec/nat.ts";
import type { Outcome } from "../../spec/outcome.ts";
import type { Path } from "../../symbolic/path.ts";
import { bitwise } from "../../terms/bits.ts";
import { eq } from "../../terms/comparisons.ts";
import { any, no } from "../../terms/logic.ts";
import { constant, variable, type Term } from "../../terms/term.ts";
import { anyPath, isSet } from "./explore.ts";

const DROPS: Outcome[] = ["NotSyn", "NoPort", "EndpointTableFull", "SessionTableFull"];

export const SETTINGS: Settings = {
  externalAddress: variable("E", 32),
  network: variable("network", 32),
  mask: variable("mask", 32),
  firstPort: variable("first port", 16),
  lastPort: variable("last port", 16),
  lifetime: {
    Udp: variable("lifetime of UDP", 64),
    Icmp: variable("lifetime of ICMP", 64),
    TcpTransitory: variable("transitory lifetime", 64),
    TcpEstablished: variable("established lifetime", 64),
  },
  holdDown: variable("hold-down", 64),
  hasVirtioHeader: isSet("virtio header"),
  inboundRefreshes: isSet("inbound refreshes"),
  isRouter: isSet("router"),
  internalAddress: variable("R", 32),
  externalMask: variable("external mask", 32),
  gateway: variable("gateway", 32),
  links: {
    internal: { station: variable("internal station", 48), mtu: variable("internal MTU", 32) },
    external: { station: variable("external station", 48), mtu: variable("external MTU", 32) },
  },
};

/** Whether an address is of the internal network, if that is known. */
export function isInternal(address: Term): Term {
  const isInside = eq(bitwise("and", address, SETTINGS.mask), SETTINGS.network);
  return no(any(eq(SETTINGS.mask, constant(0, 32)), no(isInside)));
}

/** Of the settings it is known that E is not an internal address (docs/behaviour.md §1). */
export function soundPath(): Path {
  const path = anyPath();
  path.assume(no(isInternal(SETTINGS.externalAddress)));
  return path;
}

export class AnyNat implements Nat {
  readonly settings = SETTINGS;
  readonly isReady = isSet("ready");
  private questions = 0;

  /** Nobody has port 0: see the unit about external endpoints. */
  owner(protocol: Protocol, externalPort: Term): Mapping | undefined {
    if (is(externalPort, 0) || !when(this.isSo())) return undefined;
    return { protocol, externalPort, internal: this.anyEndpoint() };
  }

  mappingOf(protocol: Protocol, internal: Endpoint): Mapping | undefined {
    if (!when(this.isSo())) return undefined;
    return { protocol, externalPort: this.any("external port", 16), internal };
  }

  admits(): boolean {
    return when(this.isSo());
  }

  send(protocol: Protocol, from: Endpoint): Mapping | Outcome {
    for (const drop of DROPS) if (when(this.isSo())) return drop;
    return { protocol, externalPort: this.any("external port", 16), internal: from };
  }

  receive(): void {}

  private anyEndpoint(): Endpoint {
    return { address: this.any("internal address", 32), port: this.any("internal port", 16) };
  }

  private any(what: string, width: number): Term {
    return variable(`${what}, answer ${++this.questions}`, width);
  }

  private isSo(): Term {
    return isSet(`answer ${++this.questions}`);
  }
}
