import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Flags, configurationFrom, natSettingsFrom } from "../../host/config.ts";
import { ConfigError } from "../../host/settings.ts";
import { sentenceOf, temporaryFile } from "./support.ts";

const config = suite("config");

const FLAGS: Flags = {
  internal: "tun:natlan",
  external: "tun:natwan",
  externalAddress: "203.0.113.1",
};

const ROUTER: Flags = {
  internal: "tap:natlan",
  internalAddress: "10.0.0.1/24",
  external: "tap:natwan",
  externalAddress: "203.0.113.1/24",
  gateway: "203.0.113.254",
};

function without(flag: keyof Flags): Flags {
  return Object.fromEntries(Object.entries(ROUTER).filter(([name]) => name !== flag));
}

/** Flags that name a configuration file of `contents`. */
function file(contents: object | string): Flags {
  const text = typeof contents === "string" ? contents : JSON.stringify(contents);
  return { config: temporaryFile("nat.json", text) };
}

/** The sentence about a configuration, with its file called nat.json wherever it is. */
function complaint(flags: Flags): string {
  const sentence = sentenceOf(() => configurationFrom(flags));
  return flags.config === undefined ? sentence : sentence.replace(flags.config, "nat.json");
}

const POOL = { "external-ip-address-pool": [{ "external-ip-pool": "203.0.113.1/32" }] };

config("takes flags alone, and has a default for the rest", () => {
  const { internal, external, control, testClock, settings } = configurationFrom(FLAGS);

  assert.equal(internal, { kind: "tun", name: "natlan" });
  assert.equal(external, { kind: "tun", name: "natwan" });
  assert.match(control, /\/provenat\/natwan\.sock$/);
  assert.not(testClock);
  assert.equal(settings.ports, { first: 1, last: 65535 });
  assert.equal(settings.internalNetwork, { address: "0.0.0.0", mask: "0.0.0.0" });
  assert.is(settings.lifetimes.udp, 300_000);
  assert.is(settings.holdDown, 120_000);
});

config("takes everything from a file, in seconds", () => {
  const flags = file({
    "internal-interface": "tun:a",
    "external-interface": "tun:b",
    "external-ip-address-pool": [{ "pool-id": 1, "external-ip-pool": "203.0.113.7/32" }],
    "subscriber-match": [{ "match-id": 1, subnet: "10.1.0.0/16" }],
    "port-set-restrict": { "start-port-number": 1024, "end-port-number": 2047 },
    timers: {
      "udp-timeout": 200,
      "tcp-idle-timeout": 9000,
      "tcp-trans-open-timeout": 241,
      "tcp-trans-close-timeout": 241,
      "icmp-timeout": 61,
      "hold-down-timeout": 0,
    },
    "mapping-type": "eim",
    "filtering-type": "adf",
    "inbound-refresh": true,
    control: "/tmp/some.sock",
  });
  const { internal, external, control, settings } = configurationFrom(flags);

  assert.equal([internal.name, external.name, control], ["a", "b", "/tmp/some.sock"]);
  assert.is(settings.externalAddress, "203.0.113.7");
  assert.equal(settings.internalNetwork, { address: "10.1.0.0", mask: "255.255.0.0" });
  assert.equal(settings.ports, { first: 1024, last: 2047 });
  assert.equal(settings.lifetimes, {
    udp: 200_000,
    icmp: 61_000,
    tcpTransitory: 241_000,
    tcpEstablished: 9_000_000,
  });
  assert.is(settings.holdDown, 0);
  assert.ok(settings.inboundRefresh);
});

config("takes a router's addresses from flags, and its internal network with them", () => {
  const { internal, router, settings } = configurationFrom(ROUTER);

  assert.equal(internal, { kind: "tap", name: "natlan" });
  assert.equal(settings.internalNetwork, { address: "10.0.0.0", mask: "255.255.255.0" });
  assert.equal(router, {
    internalAddress: "10.0.0.1",
    externalNetwork: { address: "203.0.113.0", mask: "255.255.255.0" },
    gateway: "203.0.113.254",
  });
});

config("takes a router's addresses from a file as well", () => {
  const { router, settings } = configurationFrom(
    file({
      ...POOL,
      "internal-interface": "tap:natlan",
      "external-interface": "tap:natwan",
      "subscriber-match": [{ subnet: "10.0.0.0/16" }],
      "internal-address": "10.0.0.1",
      "external-network": "203.0.113.0/29",
      gateway: "203.0.113.6",
    }),
  );

  assert.equal(settings.internalNetwork, { address: "10.0.0.0", mask: "255.255.0.0" });
  assert.is(settings.externalAddress, "203.0.113.1");
  assert.equal(router, {
    internalAddress: "10.0.0.1",
    externalNetwork: { address: "203.0.113.0", mask: "255.255.255.248" },
    gateway: "203.0.113.6",
  });
});

config("has no virtio headers on network interfaces", () => {
  const flags = { ...ROUTER, internal: "xdp:lan0", external: "xdp:wan0" };

  assert.not(configurationFrom(flags).settings.virtioHeader);
  assert.ok(configurationFrom(ROUTER).settings.virtioHeader);
});

config("knows no router where the kernel is it", () => {
  assert.is(configurationFrom(FLAGS).router, null);
});

config("lets flags override the file", () => {
  const flags = { ...file({ ...POOL, timers: { "udp-timeout": 5 } }), ...FLAGS, ports: "7-9" };
  const settings = natSettingsFrom({ ...flags, allowShortLifetimes: true });

  assert.equal(settings.ports, { first: 7, last: 9 });
  assert.is(settings.lifetimes.udp, 5000);
});

const MISTAKES: [Flags, string][] = [
  [
    {},
    "--external-address: missing. Give the address that the outside sees, as in --external-address 203.0.113.1.",
  ],
  [
    { ...FLAGS, externalAddress: "203.0.113" },
    '--external-address: "203.0.113" is not an IPv4 address. Write four numbers from 0 to 255 with dots, as in 203.0.113.1.',
  ],
  [
    { ...FLAGS, externalAddress: "224.0.0.1" },
    "--external-address: 224.0.0.1 is no unicast address. Use a unicast address that is routed to this machine.",
  ],
  [
    { ...FLAGS, internalNetwork: "203.0.113.0/24" },
    "--external-address: 203.0.113.1 lies inside the internal network 203.0.113.0/24 (RFC 3022 §5.1). Use an address outside it, or correct the network.",
  ],
  [
    { ...FLAGS, internalNetwork: "10.0.0.0" },
    '--internal-network: "10.0.0.0" is not a network. Write an address and a prefix length from 1 to 30, as in "10.0.0.0/24".',
  ],
  [{ ...FLAGS, ports: "2000-1000" }, '--ports: 2000 comes after 1000. Write "1000-2000".'],
  [{ ...FLAGS, ports: "0-1" }, "--ports: port 0 cannot be used. Begin at 1 or above."],
  [
    { ...FLAGS, ports: "1-70000" },
    "--ports: 70000 is above the highest port. Use ports up to 65535.",
  ],
  [
    { externalAddress: "203.0.113.1" },
    "--internal: missing. Name the device, as in --internal tun:natlan.",
  ],
  [
    { ...FLAGS, internal: "natlan" },
    '--internal: "natlan" has no kind. Write it as in "tun:natlan".',
  ],
  [
    { ...FLAGS, external: "eth:eth0" },
    '--external: "eth" is not a kind of device. Use tun, tap or xdp, as in "tun:eth0".',
  ],
  [
    { ...FLAGS, external: "tap:natwan" },
    '--external: tap:natwan is of another kind than the internal device. Name two of one kind, as in "tun:natwan".',
  ],
  [
    { ...FLAGS, gateway: "203.0.113.254" },
    "--gateway: the kernel is the router here. Leave it out, or use TAP devices or interfaces.",
  ],
  [
    { ...FLAGS, internalAddress: "10.0.0.1/24" },
    "--internal-address: the kernel is the router here. Leave it out, or use TAP devices or interfaces.",
  ],
  [
    { ...FLAGS, externalAddress: "203.0.113.1/24" },
    '--external-address: "203.0.113.1/24" names a network, and the kernel is the router here. Write it as in "203.0.113.1", or use TAP devices or interfaces.',
  ],
  [
    file({
      ...POOL,
      ...{ "internal-interface": "tun:x", "external-interface": "tun:y" },
      "external-network": "203.0.113.0/24",
    }),
    'nat.json: external-network: "203.0.113.0/24" names a network, and the kernel is the router here. Leave it out, or use TAP devices or interfaces.',
  ],
  [
    { ...ROUTER, internalAddress: "10.0.0.1/garbage", internalNetwork: "10.0.0.0/24" },
    '--internal-address: "10.0.0.1/garbage" is not a network. Write an address and a prefix length from 1 to 30, as in "10.0.0.0/24".',
  ],
  [
    without("internalAddress"),
    "--internal-address: missing, and the NAT is the router here. Give the NAT's own address there, as in 10.0.0.1/24.",
  ],
  [
    without("gateway"),
    "--gateway: missing, and the NAT is the router here. Give the router on the external side, as in 203.0.113.254.",
  ],
  [
    { ...ROUTER, externalAddress: "203.0.113.1" },
    '--external-address: "203.0.113.1" has no prefix length. Write it as in "203.0.113.1/24", or in the file give its network.',
  ],
  [
    { ...ROUTER, externalAddress: "203.0.113.1/0" },
    '--external-address: "203.0.113.1/0" has a prefix length of 0. Write an address and a prefix length from 1 to 31, as in "10.0.0.0/24".',
  ],
  [
    { ...ROUTER, internalAddress: "10.0.0.1" },
    '--internal-address: "10.0.0.1" has no prefix length. Write it as in "10.0.0.1/24", or in the file give its network.',
  ],
  [
    { ...ROUTER, internalAddress: "10.0.0.0/24" },
    "--internal-address: 10.0.0.0 is no host's address in 10.0.0.0/24. Use a host's address of 10.0.0.0/24, or correct the network.",
  ],
  [
    { ...ROUTER, internalNetwork: "10.1.0.0/24" },
    "--internal-address: 10.0.0.1 lies outside the internal network 10.1.0.0/24. Use a host's address of 10.1.0.0/24, or correct the network.",
  ],
  [
    { ...ROUTER, gateway: "198.51.100.1" },
    "--gateway: 198.51.100.1 lies outside the external network 203.0.113.0/24. Use a host's address of 203.0.113.0/24, or correct the network.",
  ],
  [
    { ...ROUTER, gateway: "203.0.113.1" },
    "--gateway: 203.0.113.1 is the external address. Name the router of the external link, an address of 203.0.113.0/24.",
  ],
  [
    { ...ROUTER, gateway: "here" },
    '--gateway: "here" is not an IPv4 address. Write four numbers from 0 to 255 with dots, as in 203.0.113.1.',
  ],
  [
    { ...ROUTER, externalAddress: "203.0.113.255/24" },
    "--external-address: 203.0.113.255 is no host's address in 203.0.113.0/24. Use a host's address of 203.0.113.0/24, or correct the network.",
  ],
  [
    { ...ROUTER, internalAddress: "203.0.113.2/24" },
    "--external-address: 203.0.113.1 lies inside the internal network 203.0.113.2/24 (RFC 3022 §5.1). Use an address outside it, or correct the network.",
  ],
  [
    { ...FLAGS, external: "tun:a/b" },
    '--external: "a/b" cannot be the name of a device. Use 1 to 15 characters, without spaces, slashes, colons and percent signs.',
  ],
  [
    { ...FLAGS, external: "tun:natlan" },
    "--external: natlan is the internal device as well. Name two different devices.",
  ],
  [
    { ...FLAGS, control: "/".padEnd(102, "x") },
    "--control: a path of 102 octets cannot be a socket's. Use 1 to 101 octets.",
  ],
  [
    { config: "/nowhere/nat.json" },
    "nat.json: cannot be read (ENOENT). Name a configuration file.",
  ],
  [
    file({ ...POOL, "udp-timeout": 300 }),
    "nat.json: udp-timeout: there is no such setting. Remove it, or correct its name.",
  ],
  [
    file({ ...POOL, timers: { "udp-timout": 300 } }),
    "nat.json: timers.udp-timout: there is no such setting. Remove it, or correct its name.",
  ],
  [
    file({ ...POOL, timers: { "udp-timeout": "300" } }),
    'nat.json: timers.udp-timeout: "300" is not a number. Give a number.',
  ],
  [
    file({ ...POOL, timers: { "udp-timeout": -5 } }),
    "nat.json: timers.udp-timeout: -5 is too small. Use 0 or more.",
  ],
  [
    file({ ...POOL, timers: { "udp-timeout": 119 } }),
    "nat.json: timers.udp-timeout: 119 s is below the 120 s that RFC 4787 REQ-5 asks for. Raise it, or allow short lifetimes explicitly.",
  ],
  [
    file({ ...POOL, timers: { "tcp-trans-close-timeout": 30 } }),
    "nat.json: timers.tcp-trans-close-timeout: 30 s is below the 240 s that RFC 5382 REQ-5 asks for. Raise it, or allow short lifetimes explicitly.",
  ],
  [
    file({
      ...POOL,
      timers: { "tcp-trans-open-timeout": 240, "tcp-trans-close-timeout": 241 },
    }),
    "nat.json: timers.tcp-trans-close-timeout: 241 s differs from tcp-trans-open-timeout, which is 240 s. Make them equal: this NAT has one transitory lifetime.",
  ],
  [
    file({ "external-ip-address-pool": [{ "external-ip-pool": "203.0.113.0/24" }] }),
    'nat.json: external-ip-address-pool[0].external-ip-pool: "203.0.113.0/24" is not one address. Write it as in "203.0.113.1/32".',
  ],
  [
    file({ "external-ip-address-pool": [] }),
    "nat.json: external-ip-address-pool: 0 entries given. Give exactly one; more are not available yet.",
  ],
  [
    file({ "external-ip-address-pool": [{}] }),
    "nat.json: external-ip-address-pool[0].external-ip-pool: missing. Give a string.",
  ],
  [
    file({ ...POOL, "port-set-restrict": { "start-port-number": 9, "end-port-number": 8 } }),
    'nat.json: port-set-restrict: 9 comes after 8. Write "8-9".',
  ],
  [
    file({ ...POOL, "filtering-type": "eif" }),
    'nat.json: filtering-type: "eif" is not available yet. Use "adf".',
  ],
  [
    file({ ...POOL, "internal-interface": "tun:x", "external-interface": "tun:y", gateway: "a" }),
    "nat.json: gateway: the kernel is the router here. Leave it out, or use TAP devices or interfaces.",
  ],
  [
    file({ ...POOL, "internal-interface": "tun:x", "external-interface": "tun:x" }),
    "nat.json: external-interface: x is the internal device as well. Name two different devices.",
  ],
  [file("[]"), "nat.json: [] is not an object. Give an object."],
  [file(""), "nat.json: not JSON (Unexpected end of JSON input). Correct it there."],
];

for (const [flags, sentence] of MISTAKES) {
  config(`says: ${sentence}`, () => {
    assert.is(complaint(flags), sentence);
    assert.throws(
      () => configurationFrom(flags),
      (error: unknown) => error instanceof ConfigError,
    );
  });
}

config("of a replay reads what stands behind an address, too", () => {
  for (const length of ["garbage", "", "33", "24/24"]) {
    const text = `203.0.113.1/${length}`;

    assert.match(
      sentenceOf(() => natSettingsFrom({ externalAddress: text })),
      `--external-address: "${text}" is not a network`,
    );
  }
  assert.is(natSettingsFrom({ externalAddress: "203.0.113.1/24" }).externalAddress, "203.0.113.1");
});

config("accepts short lifetimes once they are allowed", () => {
  const flags = file({ ...POOL, "allow-short-lifetimes": true, timers: { "udp-timeout": 5 } });

  assert.is(natSettingsFrom(flags).lifetimes.udp, 5000);
});

config("draws the same seed from the same text", () => {
  const [first, second, other] = ["1", "1", "2"].map(
    (seed) => natSettingsFrom({ ...FLAGS, seed }).seed,
  );

  assert.equal(first, second);
  assert.not.equal(first, other);
});

config.run();
