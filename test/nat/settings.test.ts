import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigFault, MAX_LIFETIME, MIN_LIFETIME, Outcome } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { type Words, configure, put } from "../support/config.ts";
import { type Core, freshCore, HOST, REMOTE } from "../support/core.ts";
import { udpPacket } from "../support/packets.ts";

const settings = suite<{ core: Core }>("settings");

settings.before.each((context) => {
  context.core = freshCore();
});

settings("are accepted when they are sound", ({ core }) => {
  assert.is(configure(core, {}), "None");
  assert.is(fateOf(core, udpPacket({ from: HOST, to: REMOTE })), "Outbound");
});

const REFUSALS: { reason: string; words: Words; fault: keyof typeof ConfigFault }[] = [
  ...["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"].map(
    (text) => ({
      reason: `the external address is ${text}`,
      words: { ExternalAddress: addressToWord(text) },
      fault: "ExternalAddress" as const,
    }),
  ),
  {
    reason: "the internal network has bits outside its mask",
    words: { InternalNetwork: addressToWord("10.0.0.1") },
    fault: "InternalNetwork",
  },
  {
    reason: "there is an internal network without a mask",
    words: { InternalMask: 0 },
    fault: "InternalNetwork",
  },
  {
    // RFC 3022 §5.1.
    reason: "the external address lies in the internal network",
    words: { ExternalAddress: addressToWord("10.0.0.77") },
    fault: "InternalNetwork",
  },
  { reason: "the first port is 0", words: { FirstPort: 0 }, fault: "PortRange" },
  { reason: "both ports are 0", words: { FirstPort: 0, LastPort: 0 }, fault: "PortRange" },
  { reason: "the last port comes first", words: { LastPort: 39999 }, fault: "PortRange" },
  { reason: "the last port is above 65535", words: { LastPort: 65536 }, fault: "PortRange" },
  {
    reason: "both ports are above 65535",
    words: { FirstPort: 0x10001, LastPort: 0x10002 },
    fault: "PortRange",
  },
  ...(
    ["UdpLifetime", "IcmpLifetime", "TcpTransitoryLifetime", "TcpEstablishedLifetime"] as const
  ).flatMap((name) => [
    { reason: `${name} is 0`, words: { [name]: 0 }, fault: "Lifetime" as const },
    {
      reason: `${name} is below the least`,
      words: { TcpTransitoryLifetime: MIN_LIFETIME, [name]: MIN_LIFETIME - 1 },
      fault: "Lifetime" as const,
    },
    {
      reason: `${name} is above the greatest`,
      words: { TcpEstablishedLifetime: MAX_LIFETIME, [name]: MAX_LIFETIME + 1 },
      fault: "Lifetime" as const,
    },
  ]),
  {
    reason: "established connections live shorter than transitory ones",
    words: { TcpEstablishedLifetime: 3999 },
    fault: "Lifetime",
  },
  {
    reason: "the hold-down time is above the greatest lifetime",
    words: { HoldDown: MAX_LIFETIME + 1 },
    fault: "Lifetime",
  },
];

for (const { reason, words, fault } of REFUSALS) {
  settings(`are refused when ${reason}, which leaves everything as it was`, ({ core }) => {
    put(core, words);
    const before = core.octets.slice();

    assert.is(ConfigFault[core.configure()], fault);
    assert.is(Buffer.compare(core.octets, before), 0);
    assert.is(configure(core, {}), "None");
  });
}

const EDGES: { what: string; words: Words }[] = [
  { what: "the external address 1.0.0.0", words: { ExternalAddress: addressToWord("1.0.0.0") } },
  {
    what: "the external address 223.255.255.255",
    words: { ExternalAddress: addressToWord("223.255.255.255") },
  },
  { what: "no internal network", words: { InternalNetwork: 0, InternalMask: 0 } },
  { what: "the one port 1", words: { FirstPort: 1, LastPort: 1 } },
  { what: "the one port 65535", words: { FirstPort: 65535, LastPort: 65535 } },
  { what: "all ports but 0", words: { FirstPort: 1, LastPort: 65535 } },
  {
    what: "the least lifetimes",
    words: {
      UdpLifetime: MIN_LIFETIME,
      IcmpLifetime: MIN_LIFETIME,
      TcpTransitoryLifetime: MIN_LIFETIME,
      TcpEstablishedLifetime: MIN_LIFETIME,
      HoldDown: 0,
    },
  },
  {
    what: "the greatest lifetimes",
    words: {
      UdpLifetime: MAX_LIFETIME,
      IcmpLifetime: MAX_LIFETIME,
      TcpTransitoryLifetime: MAX_LIFETIME,
      TcpEstablishedLifetime: MAX_LIFETIME,
      HoldDown: MAX_LIFETIME,
    },
  },
];

for (const { what, words } of EDGES) {
  settings(`may ask for ${what}`, ({ core }) => {
    assert.is(configure(core, words), "None");
  });
}

settings("are taken once: a second configure is refused and changes nothing", ({ core }) => {
  configure(core, {});
  put(core, { FirstPort: 50000, LastPort: 50003 });
  const before = core.octets.slice();

  assert.is(ConfigFault[core.configure()], "AlreadyConfigured");
  assert.is(Buffer.compare(core.octets, before), 0);
});

settings("are out of the host's reach once taken", ({ core }) => {
  configure(core, {});
  core.octets.fill(0xff, core.start("CONFIG"), core.start("CONFIG") + 64);

  assert.is(fateOf(core, udpPacket({ from: HOST, to: REMOTE })), "Outbound");
  assert.is(fateOf(core, udpPacket({ from: "10.0.1.2:5000", to: REMOTE })), "SourceAddress");
});

settings(
  "are wanted before the first packet, which is dropped without being looked at",
  ({ core }) => {
    assert.is(fateOf(core, udpPacket({ from: HOST, to: REMOTE })), "NotConfigured");
    assert.is(fateOf(core, new Uint8Array()), "NotConfigured");
    assert.is(fateOf(core, udpPacket({ from: HOST, to: REMOTE }), 2), "BadDescriptor");
  },
);

settings("are still wanted after a refusal", ({ core }) => {
  configure(core, { FirstPort: 0 });

  assert.is(fateOf(core, udpPacket({ from: HOST, to: REMOTE })), "NotConfigured");
});

settings.run();

/** The outcome of a packet at octet 0 of the packet area. */
function fateOf(core: Core, packet: Uint8Array, side = 0): string {
  core.octets.set(packet, core.start("PACKETS"));
  const descriptor = core.start("DESCRIPTORS");
  [0, packet.length, side, 0].forEach((word, n) =>
    core.view.setUint32(descriptor + 4 * n, word, true),
  );
  core.process(1, 0, 0);
  return Outcome[core.view.getUint32(descriptor + 12, true) >>> 8]!;
}
