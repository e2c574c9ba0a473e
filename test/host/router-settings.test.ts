import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CONFIG_WORDS, ConfigWord } from "../../assembly/abi.ts";
import { writeConfig } from "../../host/config-words.ts";
import { createNat } from "../../host/nat.ts";
import { ConfigError, type NatOptions, settingsFrom } from "../../host/settings.ts";
import { ROUTER } from "./router-options.ts";
import { sentenceOf } from "./support.ts";

const routerSettings = suite("router settings");

const { router } = ROUTER;
const external = (more: object): object => ({
  router: { ...router, external: { ...router.external, ...more } },
});

routerSettings("have a default for the MTU only", () => {
  assert.equal(settingsFrom(ROUTER).router, {
    internalAddress: "10.0.0.1",
    externalNetwork: { address: "203.0.113.0", mask: "255.255.255.0" },
    gateway: "203.0.113.254",
    internal: { station: "02:00:00:00:00:01", mtu: 1500 },
    external: { station: "02:00:00:00:00:02", mtu: 1500 },
  });
  assert.is(settingsFrom({ externalAddress: "203.0.113.1" }).router, null);
});

routerSettings("become words, addresses as they lie in packets", () => {
  const config = new Uint32Array(CONFIG_WORDS);
  const internal = { station: "0A:0b:0c:0d:0e:0f", mtu: 9000 };
  writeConfig(config, settingsFrom({ ...ROUTER, router: { ...router, internal } }));
  const octets = (word: ConfigWord): number[] => [...new Uint8Array(config.buffer, 4 * word, 4)];

  assert.is(config[ConfigWord.Frames], 1);
  assert.equal(octets(ConfigWord.InternalAddress), [10, 0, 0, 1]);
  assert.equal(octets(ConfigWord.ExternalMask), [255, 255, 255, 0]);
  assert.equal(octets(ConfigWord.Gateway), [203, 0, 113, 254]);
  assert.equal(octets(ConfigWord.InternalStation), [10, 11, 12, 13]);
  assert.equal(octets(ConfigWord.InternalStationEnd), [14, 15, 0, 0]);
  assert.is(config[ConfigWord.InternalMtu], 9000);
  assert.is(config[ConfigWord.ExternalMtu], 1500);
});

routerSettings("leave their words alone where packets are not frames", () => {
  const config = new Uint32Array(CONFIG_WORDS);
  writeConfig(config, settingsFrom({ externalAddress: "203.0.113.1" }));

  assert.ok(config.subarray(ConfigWord.Frames).every((word) => word === 0));
});

routerSettings("are accepted by the core at their limits", () => {
  for (const mtu of [68, 65535]) {
    createNat({ ...ROUTER, ...external({ mtu }) } as NatOptions);
  }
  const internalAddress = "10.0.0.254";
  const [externalNetwork, gateway] = ["203.0.113.0/31", "203.0.113.0"];
  createNat({ ...ROUTER, router: { ...router, internalAddress, externalNetwork, gateway } });
});

const MISTAKES: [object, string][] = [
  [
    { internalNetwork: undefined },
    'internalNetwork: missing, though the NAT is the router there. Give it, as in "10.0.0.0/24".',
  ],
  [
    { router: { ...router, internalAddress: "10.0.1.1" } },
    "router.internalAddress: 10.0.1.1 lies outside the internal network 10.0.0.0/24. Use a host's address of 10.0.0.0/24, or correct the network.",
  ],
  [
    { router: { ...router, internalAddress: "10.0.0.255" } },
    "router.internalAddress: 10.0.0.255 is no host's address in 10.0.0.0/24. Use a host's address of 10.0.0.0/24, or correct the network.",
  ],
  [
    { router: { ...router, externalNetwork: "203.0.113.0" } },
    'router.externalNetwork: "203.0.113.0" is not a network. Write an address and a prefix length from 1 to 31, as in "10.0.0.0/24".',
  ],
  [
    { router: { ...router, externalNetwork: "198.51.100.0/24" } },
    "externalAddress: 203.0.113.1 lies outside the external network 198.51.100.0/24. Use a host's address of 198.51.100.0/24, or correct the network.",
  ],
  [
    { router: { ...router, gateway: "203.0.114.1" } },
    "router.gateway: 203.0.114.1 lies outside the external network 203.0.113.0/24. Use a host's address of 203.0.113.0/24, or correct the network.",
  ],
  [
    { router: { ...router, gateway: "203.0.113.1" } },
    "router.gateway: 203.0.113.1 is the external address. Name the router of the external link, an address of 203.0.113.0/24.",
  ],
  [
    { router: { ...router, gateway: "224.0.0.1" } },
    "router.gateway: 224.0.0.1 is no unicast address. Name the router of the external link, an address of 203.0.113.0/24.",
  ],
  [
    external({ station: "02-00-00-00-00-02" }),
    'router.external.station: "02-00-00-00-00-02" is no Ethernet address. Write it as in "02:00:00:00:00:01".',
  ],
  [
    external({ station: "03:00:00:00:00:02" }),
    'router.external.station: 03:00:00:00:00:02 is the address of a group. Use one of a single station, as in "02:00:00:00:00:01".',
  ],
  [
    external({ station: "00:00:00:00:00:00" }),
    'router.external.station: 00:00:00:00:00:00 is nobody\'s address. Use one as in "02:00:00:00:00:01".',
  ],
  [external({ mtu: 67 }), "router.external.mtu: 67 is out of range. Use 68 to 65535 octets."],
  [external({ mtu: 65536 }), "router.external.mtu: 65536 is out of range. Use 68 to 65535 octets."],
  [external({ name: "eth0" }), "router.external.name: there is no such option. Use station, mtu."],
  [
    { router: { ...router, gateway: undefined } },
    "router.gateway: missing. A router needs it: give it.",
  ],
  [
    { router: { ...router, internal: null } },
    "router.internal: null is no object. Give one of station, mtu.",
  ],
  [
    {
      internalNetwork: "203.0.113.128/25",
      router: { ...router, internalAddress: "203.0.113.129" },
    },
    "router.gateway: 203.0.113.254 lies inside the internal network 203.0.113.128/25. Name the router of the external link, an address of 203.0.113.0/24.",
  ],
  [
    { router: { ...router, internal: {} } },
    "router.internal.station: missing. A router needs it: give it.",
  ],
];

for (const [change, sentence] of MISTAKES) {
  routerSettings(`say: ${sentence}`, () => {
    const make = (): unknown => createNat({ ...ROUTER, ...change } as NatOptions);

    assert.is(sentenceOf(make), sentence);
    assert.throws(make, (error: Error) => error instanceof ConfigError);
  });
}

routerSettings.run();
