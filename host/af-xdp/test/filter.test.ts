/** Which frames the XDP program takes, case by case. */
import { writeSync } from "node:fs";
import { open } from "tun-tap";
import * as assert from "uvu/assert";
import type { Filter, Mode } from "../index.js";
import { arp, BROADCAST, ethernet, ipv4, tagged } from "./frames.ts";
import { Station } from "./station.ts";
import { eventually, ip, isolated } from "./support.ts";
import { type Wire, withWire } from "./wire.ts";

const filter = isolated(import.meta.url, "filter");

const EXTERNAL: Filter = {
  addresses: ["203.0.113.1", "203.0.113.2"],
  destinations: "only-addresses",
};

const INTERNAL: Filter = {
  addresses: ["10.0.0.9"],
  destinations: "all-but",
  except: ["10.0.0.1", "10.0.0.2"],
};

/** The far end of an interface with this MAC. */
type Sender = Pick<Wire, "mac" | "near" | "write">;

const OTHER_MAC = "02:00:00:00:0a:0b";

/** Whether a frame is taken: one that is taken for certain comes right behind it. */
async function isTaken(wire: Sender, station: Station, take: Filter, frame: Buffer) {
  const last = ipv4({ mac: wire.mac, to: take.addresses[0]!, payload: Buffer.from("the last") });
  wire.write(frame);
  wire.write(last);
  const received: Buffer[] = [];
  await eventually(() => {
    const count = station.receive(station.first);
    for (let entry = 0; entry < count; entry++) {
      received.push(Buffer.from(station.frame(entry)));
      station.release(entry);
    }
    return received.at(-1)?.equals(last) ?? false;
  }, "the last one comes");
  assert.ok(received.length <= 2);
  return received.length === 2;
}

/** What may be sent, and whether "only-addresses" and "all-but" take it. */
const CASES: Array<[string, (mac: string) => Buffer, boolean, boolean]> = [
  ["ARP for the first address", () => arp(BROADCAST, "203.0.113.1"), true, false],
  ["ARP for the second address", () => arp(BROADCAST, "203.0.113.2"), true, false],
  ["ARP reply to an address", (mac) => arp(mac, "203.0.113.1", 2), true, false],
  ["ARP for an address of the other kind", () => arp(BROADCAST, "10.0.0.9"), false, true],
  ["ARP for a host", () => arp(BROADCAST, "10.0.0.1"), false, false],
  ["ARP for a neighbour", () => arp(BROADCAST, "198.51.100.3"), false, false],
  ["ARP cut short", () => arp(BROADCAST, "203.0.113.1").subarray(0, 41), false, false],
  ["IPv4 for an address", (mac) => ipv4({ mac, to: "203.0.113.2" }), true, true],
  ["IPv4 for anybody", (mac) => ipv4({ mac, to: "198.51.100.3" }), false, true],
  [
    "IPv4 for the highest unicast address",
    (mac) => ipv4({ mac, to: "223.255.255.255" }),
    false,
    true,
  ],
  ["IPv4 for the host", (mac) => ipv4({ mac, to: "10.0.0.1" }), false, false],
  ["IPv4 for the host's other address", (mac) => ipv4({ mac, to: "10.0.0.2" }), false, false],
  ["IPv4 multicast", (mac) => ipv4({ mac, to: "224.0.0.1" }), false, false],
  ["IPv4 broadcast", (mac) => ipv4({ mac, to: "255.255.255.255" }), false, false],
  ["IPv4 with another's MAC", () => ipv4({ mac: OTHER_MAC, to: "203.0.113.1" }), false, false],
  ["IPv4 with a MAC that ends otherwise", (mac) => lastOctetOf(mac, "203.0.113.1"), false, false],
  ["IPv4 with the broadcast MAC", () => ipv4({ mac: BROADCAST, to: "203.0.113.1" }), false, false],
  [
    "IPv4 without payload",
    (mac) => ipv4({ mac, to: "203.0.113.1", payload: Buffer.alloc(0) }),
    true,
    true,
  ],
  ["IPv4 cut short", (mac) => ipv4({ mac, to: "203.0.113.1" }).subarray(0, 33), false, false],
  ["IPv6", (mac) => ethernet(mac, 0x86dd, Buffer.alloc(60)), false, false],
  ["what only looks like ARP", () => retyped(arp(BROADCAST, "203.0.113.1")), false, false],
  ["what only looks like IPv4", (mac) => retyped(ipv4({ mac, to: "203.0.113.1" })), false, false],
];

function lastOctetOf(mac: string, to: string): Buffer {
  const frame = ipv4({ mac, to });
  frame[5]! ^= 0x80;
  return frame;
}

/** `frame` with the ethertype of an experimental protocol. */
function retyped(frame: Buffer): Buffer {
  frame.writeUInt16BE(0x88b5, 12);
  return frame;
}

for (const mode of ["native", "generic"] as Mode[]) {
  for (const take of [EXTERNAL, INTERNAL]) {
    filter(`"${take.destinations}" takes what it says, in ${mode} mode`, async () => {
      await withWire(async (wire) => {
        const station = new Station([wire], { mode, take });
        for (const [what, make, byAddresses, byAllBut] of CASES) {
          const expected = take === EXTERNAL ? byAddresses : byAllBut;
          const taken = await isTaken(wire, station, take, make(wire.mac));
          assert.is(taken, expected, `${what} was ${taken ? "taken" : "passed"}`);
        }
        station.close();
      });
    });
  }
}

filter("leaves the rest to the kernel, which answers for its own addresses", async () => {
  await withWire(async (wire) => {
    ip(`address add 10.0.0.1/24 dev ${wire.near}`);
    const station = new Station([wire], { take: INTERNAL });
    wire.write(arp(BROADCAST, "10.0.0.1"));
    const isReply = (frame: Buffer) => frame.readUInt16BE(12) === 0x0806 && frame[21] === 2;
    await eventually(() => wire.read().some(isReply), "the kernel replies");
    assert.is(station.receive(station.first), 0);
    station.close();
  });
});

// A veth would keep the tag beside the frame, where no XDP program sees it.
for (const mode of ["native", "generic"] as Mode[]) {
  filter(`leaves frames with a VLAN tag to the kernel, in ${mode} mode`, async () => {
    const mac = "02:00:00:00:00:aa";
    const tap = open({ kind: "tap", name: `plain-${mode}` });
    ip(`link set ${tap.name} address ${mac}`);
    const wire = { mac, near: tap.name, write: (frame: Buffer) => void writeSync(tap.fd, frame) };
    const station = new Station([wire], { mode, take: EXTERNAL });
    const to = EXTERNAL.addresses[0]!;
    assert.ok(await isTaken(wire, station, EXTERNAL, ipv4({ mac, to })));
    assert.not(await isTaken(wire, station, EXTERNAL, tagged(ipv4({ mac, to }))));
    assert.not(await isTaken(wire, station, EXTERNAL, tagged(arp(BROADCAST, to))));
    station.close();
    tap.close();
  });
}

filter("takes lists of 64 addresses", async () => {
  await withWire(async (wire) => {
    const many = (network: string) => [...Array(64).keys()].map((host) => `${network}.${host}`);
    const take: Filter = {
      addresses: many("203.0.113"),
      destinations: "all-but",
      except: many("10.0.0"),
    };
    const station = new Station([wire], { take });
    const to = (address: string) =>
      isTaken(wire, station, take, ipv4({ mac: wire.mac, to: address }));
    assert.ok(await to("203.0.113.63"));
    assert.not(await to("10.0.0.63"));
    assert.ok(await to("10.0.0.64"));
    assert.ok(await isTaken(wire, station, take, arp(BROADCAST, "203.0.113.63")));
    assert.not(await isTaken(wire, station, take, arp(BROADCAST, "203.0.113.64")));
    station.close();
  });
});

filter.run();
