import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configurationFrom } from "../../host/config.ts";
import { crowdedLinkWarnings } from "../../host/crowded-links.ts";

const crowdedLinks = suite("crowded links");

/** What is said of a router between two networks of these prefix lengths. */
function warnings(internal: number, external: number): string[] {
  const configuration = configurationFrom({
    internal: "tap:natlan",
    internalAddress: `10.0.0.1/${internal}`,
    external: "tap:natwan",
    externalAddress: `203.0.113.1/${external}`,
    gateway: "203.0.113.254",
  });
  return crowdedLinkWarnings(configuration);
}

crowdedLinks("are warned of on either side", () => {
  const problem =
    "hosts whose addresses are equal in the last 12 bits displace each other, and packets to them may be lost";

  assert.equal(warnings(8, 19), [
    `10.0.0.0/8: ${problem}. Use a network of /20 or smaller.`,
    `203.0.96.0/19: ${problem}. Use a network of /20 or smaller.`,
  ]);
});

crowdedLinks("are not those that have no more addresses than are kept apart", () => {
  assert.equal(warnings(20, 20), []);
  assert.equal(warnings(30, 24), []);
});

crowdedLinks("are the kernel's matter where it is the router", () => {
  const configuration = configurationFrom({
    internal: "tun:natlan",
    internalNetwork: "10.0.0.0/8",
    external: "tun:natwan",
    externalAddress: "203.0.113.1",
  });

  assert.equal(crowdedLinkWarnings(configuration), []);
});

crowdedLinks.run();
