import type { NatOptions } from "../../host/settings.ts";

/** A NAT that is the router between 10.0.0.0/24 and 203.0.113.0/24. */
export const ROUTER = {
  externalAddress: "203.0.113.1",
  internalNetwork: "10.0.0.0/24",
  router: {
    internalAddress: "10.0.0.1",
    externalNetwork: "203.0.113.0/24",
    gateway: "203.0.113.254",
    internal: { station: "02:00:00:00:00:01" },
    external: { station: "02:00:00:00:00:02" },
  },
} satisfies NatOptions;
