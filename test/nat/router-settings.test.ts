/** What a NAT has to be told to be the router of two links (docs/behaviour.md §8). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ConfigFault } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { type Words, configure, put } from "../support/config.ts";
import { type Core, E, freshCore } from "../support/core.ts";

const ROUTER: Words = {
  Frames: 1,
  InternalAddress: addressToWord("10.0.0.1"),
  ExternalMask: addressToWord("255.255.255.0"),
  Gateway: addressToWord("203.0.113.6"),
  InternalStation: 0x00000002,
  InternalStationEnd: 0x0100,
  ExternalStation: 0x00000002,
  ExternalStationEnd: 0x0200,
  InternalMtu: 1500,
  ExternalMtu: 1500,
};

type Fault = keyof typeof ConfigFault;

const settings = suite<{ core: Core }>("a router's settings");

settings.before.each((context) => {
  context.core = freshCore();
});

settings("are accepted when they are sound", ({ core }) => {
  assert.is(configure(core, ROUTER), "None");
});

settings("do not count where packets are not frames", ({ core }) => {
  const junk = Object.fromEntries(Object.keys(ROUTER).map((name) => [name, 0xffffffff]));
  assert.is(configure(core, { ...junk, Frames: 0, InternalAddress: 0 }), "None");
});

const addresses = (word: keyof Words, ...texts: string[]): [Words, string][] =>
  texts.map((text) => [{ [word]: addressToWord(text) }, `${word} is ${text}`]);

const numbers = (word: keyof Words, ...values: number[]): [Words, string][] =>
  values.map((value) => [{ [word]: value }, `${word} is ${value}`]);

const REFUSALS: [Fault, [Words, string][]][] = [
  ["Frames", numbers("Frames", 2, 3, 0xffffffff)],
  [
    "InternalAddress",
    addresses(
      "InternalAddress",
      "0.0.0.0",
      "10.0.0.0",
      "10.0.0.255",
      "10.0.1.1",
      "9.255.255.255",
      E,
    ),
  ],
  ["ExternalMask", numbers("ExternalMask", 0)],
  ["Gateway", addresses("Gateway", "0.0.0.0", "203.0.112.255", "203.0.114.0", "10.0.0.1", E)],
  ["Mtu", [...numbers("InternalMtu", 0, 67, 65536), ...numbers("ExternalMtu", 0, 67, 65536)]],
  [
    "Station",
    [
      [{ InternalStation: 0, InternalStationEnd: 0 }, "the internal station is nobody's"],
      [{ ExternalStation: 0, ExternalStationEnd: 0 }, "the external station is nobody's"],
      [{ InternalStation: 0x00000001 }, "the internal station is a group's"],
      [
        { ExternalStation: 0xffffffff, ExternalStationEnd: 0xffff },
        "the external one is everybody's",
      ],
    ],
  ],
  ["InternalAddress", [[{ InternalNetwork: 0, InternalMask: 0 }, "no internal network is known"]]],
];

for (const [fault, cases] of REFUSALS) {
  for (const [words, reason] of cases) {
    settings(`are refused for ${fault} when ${reason}, and nothing is changed`, ({ core }) => {
      put(core, { ...ROUTER, ...words });
      const before = core.octets.slice();
      assert.is(configure(core, { ...ROUTER, ...words }), fault);
      assert.is(Buffer.compare(core.octets, before), 0);
      assert.is(configure(core, ROUTER), "None");
    });
  }
}

// A gateway has to be unicast, whatever E's network is.
for (const gateway of ["224.0.0.1", "240.0.0.1", "255.255.255.255"]) {
  settings(
    `are refused for Gateway when that is ${gateway} in a network of half the world`,
    (context) => {
      const ExternalMask = addressToWord("128.0.0.0");
      const words = { ...ROUTER, ExternalMask, Gateway: addressToWord(gateway) };
      assert.is(configure(context.core, words), "Gateway");
    },
  );
}

const EDGES: [string, Words][] = [
  ["the network's second address", { InternalAddress: addressToWord("10.0.0.1") }],
  ["the network's last but one address", { InternalAddress: addressToWord("10.0.0.254") }],
  ["a gateway at the first address", { Gateway: addressToWord("203.0.113.0") }],
  ["a gateway at the last address", { Gateway: addressToWord("203.0.113.255") }],
  ["the least MTUs", { InternalMtu: 68, ExternalMtu: 68 }],
  ["the greatest MTUs", { InternalMtu: 65535, ExternalMtu: 65535 }],
  ["an Ethernet address that ends in zeros", { InternalStationEnd: 0 }],
  ["an Ethernet address that begins with zeros", { InternalStation: 0 }],
  ["the same Ethernet address on both sides", { ExternalStationEnd: 0x0100 }],
  ["virtio headers", { VirtioHeader: 1 }],
];

for (const [what, words] of EDGES) {
  settings(`may ask for ${what}`, ({ core }) => {
    assert.is(configure(core, { ...ROUTER, ...words }), "None");
  });
}

settings.run();
