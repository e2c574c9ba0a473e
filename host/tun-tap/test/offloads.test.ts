/** Work that the kernel leaves undone, as it says in the virtio header of a packet. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import * as assert from "uvu/assert";
import { type Device, open, wait } from "../index.js";
import { datagram, hasRightChecksum, payloadOf, Slots, sumOfPseudoHeader } from "./packets.ts";
import { LOCAL, REMOTE, send, withSocket } from "./socket.ts";
import { ip, isolated, uniqueName } from "./support.ts";

const offloads = isolated(import.meta.url, "offloads");

const HEADER = 10;
const NEEDS_CSUM = 1;
const TCP_OVER_IPV4 = 1;
const UDP = 5;

/** Octets that hold every superpacket with its header, and are a multiple of 64. */
const CAPACITY = 65_600;

/** What `struct virtio_net_hdr` says; and the packet behind it. */
function parse(octets: Buffer) {
  return {
    flags: octets[0]!,
    gsoType: octets[1]!,
    gsoSize: octets.readUInt16LE(4),
    checksumStart: octets.readUInt16LE(6),
    checksumOffset: octets.readUInt16LE(8),
    packet: octets.subarray(HEADER),
  };
}

/** A UDP superpacket with an unfinished checksum, from a host of one network to one of another. */
function superpacket(payload: Uint8Array, gsoSize: number): Buffer {
  const from = { address: Uint8Array.of(192, 0, 2, 2), port: 1000 };
  const to = { address: Uint8Array.of(198, 51, 100, 2), port: 7 };
  const packet = datagram(from, to, payload);
  packet.writeUInt16BE(sumOfPseudoHeader(packet), 26);
  const header = Buffer.of(NEEDS_CSUM, UDP, 28, 0, gsoSize & 0xff, gsoSize >> 8, 20, 0, 6, 0);
  return Buffer.concat([header, packet]);
}

/** What is read from a device, with offloads or not, when the kernel routes a superpacket there. */
function routed(octets: Buffer, wanted: boolean): Buffer[] {
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  const entrance = open({ kind: "tun", name: uniqueName(), vnetHeader: true });
  const exit = open({ kind: "tun", name: uniqueName(), vnetHeader: true, offloads: wanted });
  ip(`address add 192.0.2.1/24 dev ${entrance.name}`);
  ip(`address add 198.51.100.1/24 dev ${exit.name}`);
  const slots = new Slots(16, CAPACITY);
  slots.put(0, octets);
  assert.is(slots.write(entrance, 0), 1);
  const count = slots.read(exit);
  entrance.close();
  exit.close();
  return Array.from({ length: count }, (_, slot) => slots.packet(slot));
}

offloads(
  "leave the checksum to the reader, with the pseudo-header's sum in its place",
  async () => {
    await withSocket({ vnetHeader: true, offloads: true }, async (device, socket) => {
      assert.equal(device.offloads, { checksum: true, tcp: true, udp: true });
      await send(socket, "question");
      const slots = new Slots(1, CAPACITY);
      assert.is(slots.read(device), 1);

      const { packet, ...header } = parse(slots.packet(0));
      const unsegmented = { gsoType: 0, gsoSize: 0 };
      const unfinished = { flags: NEEDS_CSUM, checksumStart: 20, checksumOffset: 6 };
      assert.equal(header, { ...unsegmented, ...unfinished });
      assert.is(packet.readUInt16BE(26), sumOfPseudoHeader(packet));
      assert.is(payloadOf(packet), "question");
    });
  },
);

offloads("that are not asked for are none", async () => {
  for (const options of [{}, { vnetHeader: true }, { vnetHeader: true, offloads: false }]) {
    await withSocket(options, async (device, socket) => {
      assert.equal(device.offloads, { checksum: false, tcp: false, udp: false });
      await send(socket, "question");
      const slots = new Slots(1, CAPACITY);
      slots.read(device);

      const header = slots.packet(0).subarray(0, -28 - "question".length);
      assert.ok(header.every((octet) => octet === 0));
      assert.ok(hasRightChecksum(slots.packet(0).subarray(header.length)));
    });
  }
});

offloads("of a former owner are switched off, or on again", async () => {
  const device = { kind: "tun", name: uniqueName(), vnetHeader: true } as const;
  open({ ...device, offloads: true, persist: true }).close();
  for (const wanted of [false, true]) {
    await withSocket({ ...device, offloads: wanted, persist: !wanted }, async (device, socket) => {
      await send(socket, "question");
      const slots = new Slots(1, CAPACITY);
      slots.read(device);
      assert.is(parse(slots.packet(0)).flags, wanted ? NEEDS_CSUM : 0);
      ip(`address flush dev ${device.name}`);
    });
  }
});

offloads("pass on a superpacket of UDP as it is, where they are on", () => {
  const payload = randomBytes(8 * 1000 + 1);
  const [first, ...others] = routed(superpacket(payload, 1000), true);

  assert.is(others.length, 0);
  const { packet, ...header } = parse(first!);
  assert.is(header.flags, NEEDS_CSUM);
  assert.is(header.gsoType, UDP);
  assert.is(header.gsoSize, 1000);
  assert.is(header.checksumStart, 20);
  assert.is(header.checksumOffset, 6);
  assert.is(packet.readUInt16BE(26), sumOfPseudoHeader(packet));
  assert.equal(packet.subarray(28), payload);
});

offloads("have it cut into packets that are complete, where they are off", () => {
  const payload = randomBytes(8 * 1000 + 1);
  const segments = routed(superpacket(payload, 1000), false);

  assert.equal(
    segments.map((segment) => segment.length - HEADER - 28),
    [...Array(8).fill(1000), 1],
  );
  for (const segment of segments) {
    assert.ok(segment.subarray(0, HEADER).every((octet) => octet === 0));
    assert.ok(hasRightChecksum(segment.subarray(HEADER)));
  }
  const payloads = segments.map((segment) => segment.subarray(HEADER + 28));
  assert.equal(Buffer.concat(payloads), payload);
});

offloads(
  "carry a TCP connection in superpackets, unchanged from one device to another",
  async () => {
    const options = { kind: "tun", vnetHeader: true, offloads: true, mtu: 1500 } as const;
    const near = open({ ...options, name: uniqueName() });
    const far = open({ ...options, name: uniqueName() });
    ip(`address add ${LOCAL}/24 dev ${near.name}`);
    const seen = { [near.name]: [] as Buffer[], [far.name]: [] as Buffer[] };
    const echo = await echoBehind(far);
    const relay = relayBetween(near, far, (from, octets) => void seen[from.name]!.push(octets));
    try {
      const sent = randomBytes(4 << 20);
      const socket = connect(7, REMOTE);
      socket.end(sent);
      assert.ok(Buffer.concat(await socket.toArray()).equals(sent));
    } finally {
      relay.stop();
      echo.kill();
      near.close();
      far.close();
    }

    for (const [name, packets] of Object.entries(seen)) {
      const superpackets = packets.map(parse).filter(({ gsoType }) => gsoType !== 0);
      assert.ok(superpackets.length > 0, `there was none from ${name}`);
      for (const { packet, ...header } of superpackets) {
        assert.is(header.flags, NEEDS_CSUM);
        assert.is(header.gsoType, TCP_OVER_IPV4);
        assert.ok(header.gsoSize <= 1460 && packet.length > 1500 && packet.length <= 65_535);
        assert.is(header.checksumStart, 20);
        assert.is(header.checksumOffset, 16);
        assert.is(packet.readUInt16BE(20 + 16), sumOfPseudoHeader(packet));
      }
    }
  },
);

/** Moves `device` into a namespace of its own, and has a process send back there what comes by TCP. */
async function echoBehind(device: Device): Promise<ChildProcess> {
  const script = `
    import { execSync } from "node:child_process";
    import { createServer } from "node:net";
    process.once("message", () => {
      execSync("ip address add ${REMOTE}/24 dev ${device.name}; ip link set ${device.name} up");
      const server = createServer((socket) => socket.pipe(socket));
      server.listen(7, () => process.send("listening"));
    });
    process.send("in its namespace");`;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const echo = spawn("unshare", ["--net", ...node], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(echo, "message");
  ip(`link set ${device.name} netns ${echo.pid}`);
  echo.send("the device is there");
  await once(echo, "message");
  return echo;
}

/** Writes into each of two devices what is read from the other, until it is stopped. */
function relayBetween(
  one: Device,
  other: Device,
  onPacket: (from: Device, octets: Buffer) => void,
) {
  const slots = new Slots(16, CAPACITY);
  const relay = (from: Device, to: Device) => {
    const count = slots.read(from);
    for (let slot = 0; slot < count; slot++) onPacket(from, slots.packet(slot));
    slots.write(to, ...Array(count).keys());
  };
  const fds = Int32Array.of(one.fd, other.fd);
  let isStopped = false;
  const turn = () => {
    if (isStopped) return;
    const ready = wait(fds, 1);
    if (ready & 1) relay(one, other);
    if (ready & 2) relay(other, one);
    setImmediate(turn);
  };
  setImmediate(turn);
  return { stop: () => (isStopped = true) };
}

offloads("need the header that says what they leave undone", () => {
  const name = uniqueName();
  const without = () => open({ kind: "tun", name, offloads: true });
  assert.throws(without, (error: unknown) => error instanceof TypeError);
  assert.throws(without, /offloads need vnetHeader, which says what is left undone: set both/);
  const odd = "yes" as unknown as boolean;
  assert.throws(() => open({ kind: "tun", vnetHeader: true, offloads: odd }), /true or false/);
});

offloads("do without those of UDP where the kernel knows none", async () => {
  const { setOffloads } = await import(new URL("../offloads.js", import.meta.url).href);
  const kernel = (knows: (udp: boolean) => boolean) => ({
    setOffloads: (_handle: unknown, _wanted: boolean, udp: boolean) => (knows(udp) ? 0 : -22),
  });

  const before62 = kernel((udp) => !udp);
  assert.equal(setOffloads(before62, null, "natlan", true), {
    checksum: true,
    tcp: true,
    udp: false,
  });
  const knowsNone = kernel(() => false);
  assert.throws(() => setOffloads(knowsNone, null, "natlan", true), /natlan: TUNSETOFFLOAD failed/);
});

offloads.run();
