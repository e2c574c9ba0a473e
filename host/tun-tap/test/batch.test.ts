import { createSocket } from "node:dgram";
import { once } from "node:events";
import * as assert from "uvu/assert";
import { open } from "../index.js";
import { payloadOf, replyTo, Slots } from "./packets.ts";
import { REMOTE, send, withSocket } from "./socket.ts";
import { eventually, ip, isolated, refuses, uniqueName } from "./support.ts";

const batch = isolated(import.meta.url, "batch");

batch("reads all that wait in one call, into the entries asked for", async () => {
  await withSocket({}, async (device, socket) => {
    for (const payload of ["one", "two", "three"]) await send(socket, payload);

    const slots = new Slots(8, 2048);
    assert.is(slots.read(device, 2), 3);
    assert.is(payloadOf(slots.packet(2)), "one");
    assert.is(payloadOf(slots.packet(3)), "two");
    assert.is(payloadOf(slots.packet(4)), "three");
    assert.is(slots.length(5), 0);
    assert.is(slots.read(device), 0);
  });
});

batch("leaves for the next call what is more than asked for", async () => {
  await withSocket({}, async (device, socket) => {
    for (const payload of ["one", "two", "three"]) await send(socket, payload);

    const slots = new Slots(8, 2048);
    assert.is(slots.read(device, 0, 2), 2);
    assert.is(slots.read(device, 0, 2), 1);
    assert.is(payloadOf(slots.packet(0)), "three");
    assert.is(slots.read(device, 0, 0), 0);
  });
});

batch("reads straight into a WebAssembly memory that holds the table too", async () => {
  await withSocket({}, async (device, socket) => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const table = new Uint32Array(buffer, 1024, 4);
    for (const payload of ["one", "two"]) await send(socket, payload);

    assert.is(device.read(new Uint8Array(buffer), table, 2, 0, 2, 4096, 8192, 2048, 0), 2);
    assert.is(payloadOf(Buffer.from(buffer, table[2], table[3])), "two");
  });
});

batch("writes a reply that reaches the socket", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(4, 2048);
    await send(socket, "question");
    assert.is(slots.read(device), 1);

    slots.put(3, replyTo(slots.packet(0), "answer"));
    const received = once(socket, "message");
    assert.is(slots.write(device, 3), 1);
    const [message, from] = await received;
    assert.is(String(message), "answer");
    assert.is(from.address, REMOTE);
  });
});

batch("writes in the order listed, and skips what the kernel refuses", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(8, 2048);
    await send(socket, "question");
    slots.read(device);
    const question = slots.packet(0);
    slots.put(0, replyTo(question, "first"));
    slots.put(1, Buffer.from("3 is no version of IP"));
    slots.put(2, new Uint8Array(0));
    slots.put(3, replyTo(question, "second"));

    const received: string[] = [];
    socket.on("message", (message) => void received.push(String(message)));
    assert.is(slots.write(device, 3, 1, 2, 0), 2);
    await eventually(() => received.length === 2, "both have arrived");
    assert.equal(received, ["second", "first"]);
    assert.is(slots.write(device), 0);
  });
});

batch("loses what is written while the interface is down, and goes on once it is up", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(1, 2048);
    await send(socket, "question");
    slots.read(device);
    slots.put(0, replyTo(slots.packet(0), "answer"));

    ip(`link set ${device.name} down`);
    assert.is(slots.write(device, 0), 0);
    assert.is(new Slots(1, 2048).read(device), 0);
    ip(`link set ${device.name} up`);
    assert.is(slots.write(device, 0), 1);
  });
});

batch("begins each packet with ten octets of virtio header if asked to", async () => {
  await withSocket({ vnetHeader: true }, async (device, socket) => {
    const slots = new Slots(1, 2048);
    await send(socket, "question");
    assert.is(slots.read(device), 1);
    assert.equal([...slots.packet(0).subarray(0, 10)], Array(10).fill(0));
    const question = slots.packet(0).subarray(10);
    assert.is(payloadOf(question), "question");

    const received = once(socket, "message");
    slots.put(0, Buffer.concat([Buffer.alloc(10), replyTo(question, "answer")]));
    assert.is(slots.write(device, 0), 1);
    assert.is(String((await received)[0]), "answer");
    assert.throws(() => slots.read(device, 0, 1, 9), /capacity is too small/);
  });
});

batch("carries Ethernet frames on a TAP", async () => {
  await withSocket({ kind: "tap" }, async (device, socket) => {
    ip(`neighbour add ${REMOTE} lladdr 02:00:00:00:00:02 dev ${device.name}`);
    const slots = new Slots(1, 2048);
    await send(socket, "question");

    assert.is(slots.read(device), 1);
    assert.is(slots.packet(0).subarray(0, 6).toString("hex"), "020000000002");
    assert.is(payloadOf(slots.packet(0).subarray(14)), "question");
  });
});

batch("reads each queue of a multi-queue device on its own", async () => {
  await withSocket({ multiQueue: true }, async (device, socket) => {
    const second = open({ kind: "tun", name: device.name, multiQueue: true });
    const others = Array.from({ length: 16 }, () => createSocket("udp4"));
    for (const other of [socket, ...others]) await send(other, "question");

    const slots = new Slots(32, 2048);
    const ofFirst = slots.read(device);
    const ofSecond = slots.read(second);
    assert.is(ofFirst + ofSecond, 17);
    assert.ok(ofFirst > 0 && ofSecond > 0, `${ofFirst} and ${ofSecond}`);
    for (const other of others) other.close();
    second.close();
  });
});

batch("throws ENODEV once the interface is deleted, and EBADF once closed", () => {
  const device = open({ kind: "tun", name: uniqueName() });
  const slots = new Slots(1, 2048);
  ip(`link delete ${device.name}`);
  refuses("ENODEV", () => slots.read(device));
  slots.put(0, Uint8Array.of(0x45));
  refuses("ENODEV", () => slots.write(device, 0));
  refuses("ENODEV", () => device.mtu);

  device.close();
  refuses("EBADF", () => slots.read(device));
  refuses("EBADF", () => slots.write(device, 0));
});

batch("checks every bound before any packet is written", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(2, 2048);
    const { memory, table } = slots;
    await send(socket, "question");
    slots.read(device);
    slots.put(0, replyTo(slots.packet(0), "answer"));
    const write =
      (stride: number, entries: number[], count = entries.length) =>
      () =>
        device.write(memory, table, stride, Uint32Array.from(entries), count);

    const received: string[] = [];
    socket.on("message", (message) => void received.push(String(message)));
    assert.throws(write(4, [0, 2]), /entry 2: not in the table/);
    assert.throws(write(4, [0], 2), /count is greater than the number of entries/);
    assert.throws(write(1, [0]), /stride must be at least 2/);
    table.set([4096 - 63, 64], 4);
    assert.throws(write(4, [0, 1]), /entry 1: offset \+ length is outside the memory/);
    table.set([1, 2 ** 32 - 1], 4);
    assert.throws(write(4, [0, 1]), /outside the memory/);

    assert.is(slots.write(device, 0), 1);
    await eventually(() => received.length > 0, "one has arrived");
    assert.equal(received, ["answer"]);
  });
});

batch.run();
