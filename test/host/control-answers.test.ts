/** How much of the tables a running instance looks at before the packets get their turn. */
import { connect } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { Clock } from "../../host/clock.ts";
import { configurationFrom } from "../../host/config.ts";
import { ask, askList } from "../../host/control-client.ts";
import { serveControl } from "../../host/control.ts";
import { answer } from "../../host/control-answers.ts";
import { Forwarder } from "../../host/forward.ts";
import { Nat, coreBytes } from "../../host/nat.ts";
import type { PacketDevice } from "../../host/packet-device.ts";
import { udpPacket } from "../support/packets.ts";
import { temporaryFolder } from "./support.ts";

/** Words of the tables in one turn: tens of microseconds. The tables have some 330,000 entries. */
const LIMIT = 20_000;

const answers = suite<{ path: string; nat: Nat; close: () => Promise<void> }>("control answers");

const nothing: PacketDevice = {
  name: "none",
  receive: () => 0,
  send: () => 0,
  release: () => {},
  take: () => false,
};

answers.before.each(async (context) => {
  const configuration = configurationFrom({
    externalAddress: "203.0.113.1",
    internal: "tun:natlan",
    external: "tun:natwan",
    offloads: false,
  });
  const nat = new Nat(configuration.settings, coreBytes());
  const clock = new Clock();
  const forwarder = new Forwarder(nat, clock, [nothing, nothing]);
  const subject = { nat, clock, forwarder, configuration, core: "none" };
  context.path = join(temporaryFolder(), "control.sock");
  context.nat = nat;
  const server = await serveControl(context.path, (request) => answer(subject, request));
  context.close = () => server.close();
});

answers.after.each(({ close }) => close());

/** The most words of the tables that were read in one turn of the event loop during `work`. */
async function mostReadInATurn(work: () => Promise<unknown>): Promise<number> {
  const original = DataView.prototype.getUint32;
  let reads = 0;
  let most = 0;
  let isOver = false;
  DataView.prototype.getUint32 = function (...args) {
    reads += 1;
    return original.apply(this, args);
  };
  const turn = (): void => {
    most = Math.max(most, reads);
    reads = 0;
    if (!isOver) setImmediate(turn);
  };
  turn();
  try {
    await work();
  } finally {
    DataView.prototype.getUint32 = original;
    isOver = true;
  }
  return Math.max(most, reads);
}

async function count(list: AsyncGenerator): Promise<number> {
  let items = 0;
  for await (const _ of list) items += 1;
  return items;
}

function open(nat: Nat, mappings: number): void {
  for (let number = 0; number < mappings; number++) {
    const from = `10.0.${number >> 8}.${number & 255}:5000`;
    for (const remote of ["198.51.100.10:53", "198.51.100.11:53"]) {
      nat.translate(udpPacket({ from, to: remote }), Side.Internal, 1000);
    }
  }
}

for (const mappings of [0, 1, 3000]) {
  const title = `of ${mappings} mappings look at a bounded part of the tables in each turn`;
  answers(title, async ({ path, nat }) => {
    open(nat, mappings);
    const found = { status: 0, mappings: 0, sessions: 0 };
    const mosts = [
      await mostReadInATurn(async () => {
        found.status = (await ask(path, { request: "status" })).mappings.udp;
      }),
      await mostReadInATurn(async () => {
        found.mappings = await count(askList(path, { request: "mappings" }));
      }),
      await mostReadInATurn(async () => {
        found.sessions = await count(askList(path, { request: "sessions" }));
      }),
    ];

    assert.equal(found, { status: mappings, mappings, sessions: mappings });
    for (const most of mosts) assert.ok(most > 0 && most < LIMIT, `${most} words in a turn`);
  });
}

answers(
  "give the packets their turn between requests that come together",
  async ({ path, nat }) => {
    const times: number[] = [];
    const original = nat.process;
    let turn = 0;
    nat.process = (...args) => {
      times.push(turn);
      original.apply(nat, args);
    };
    let isOver = false;
    const next = (): void => {
      turn += 1;
      if (!isOver) setImmediate(next);
    };
    next();
    const socket = connect({ path, allowHalfOpen: true });
    socket.end('{"request":"counters"}\n'.repeat(100));
    for await (const _ of socket);
    isOver = true;

    assert.is(new Set(times).size, 100);
  },
);

answers.run();
