/** The control socket's server: takes requests, line by line, and never holds up the packets. */
import { type Server, type Socket, createServer } from "node:net";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { type Line, LONGEST_REQUEST, type Request, requestShape } from "./control-protocol.ts";
import { listenAt } from "./control-socket.ts";

/** Clients at a time; the ones beyond are turned away. */
const CLIENTS = 32;

/** Milliseconds without an octet to or from a client after which it is let go. */
const PATIENCE = 30_000;

/**
 * Steps before the packets get their turn. A step of tables.ts is one entry, or a bounded number of
 * empty ones, so that the work of a turn does not grow with what the tables hold or lack.
 */
const STEPS = 256;

/**
 * What a request is answered with: one object, or up to `limit` of them. An `undefined` among them is
 * a step of the work and no more.
 */
export type Answer = { reply: Steps } | { items: Steps; limit: number };

export type Steps = Iterable<object | undefined>;

const NEWLINE = 10;

const TOO_LONG = `request: too long. Send at most ${LONGEST_REQUEST} octets.`;

/** Serves `answer` at `path` until it is closed. A refusal is an `Error` that `answer` throws. */
export async function serveControl(
  path: string,
  answer: (request: Request) => Answer,
): Promise<ControlServer> {
  const control = new ControlServer(answer);
  await control.listen(path);
  return control;
}

export class ControlServer {
  readonly #answer: (request: Request) => Answer;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #remove = (): void => {};

  constructor(answer: (request: Request) => Answer) {
    this.#answer = answer;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#serve(socket));
    this.#server.maxConnections = CLIENTS;
    // A client that cannot be accepted, as when descriptors run out, is no reason to stop.
    this.#server.on("error", () => {});
  }

  async listen(path: string): Promise<void> {
    this.#remove = await listenAt(this.#server, path);
  }

  /** Removes the socket and lets all clients go. */
  close(): Promise<void> {
    this.#remove();
    for (const client of this.#clients) client.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(socket: Socket): Promise<void> {
    this.#clients.add(socket);
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.once("close", () => this.#clients.delete(socket));
    try {
      // `pipeline` takes the next line only when the client has taken the last ones.
      await pipeline(this.#replies(socket), socket);
    } catch {
      // A client that goes away takes nothing with it.
      socket.destroy();
    }
  }

  async *#replies(socket: Socket): AsyncGenerator<string> {
    let rest = Buffer.alloc(0);
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        yield* this.#reply(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        // The next request may have come with this one.
        await setImmediate();
      }
      if (rest.length > LONGEST_REQUEST) return yield text({ error: TOO_LONG });
    }
    if (rest.length > 0) yield* this.#reply(rest);
  }

  async *#reply(line: Buffer): AsyncGenerator<string> {
    const request = parse(line);
    if (typeof request === "string") return yield text({ error: request });
    try {
      const answer = this.#answer(request);
      if ("items" in answer) yield* list(answer.items, answer.limit);
      else for await (const [reply] of unhurried(answer.reply)) if (reply) yield text({ reply });
    } catch (error) {
      yield text({ error: (error as Error).message });
    }
  }
}

async function* list(items: Steps, limit: number): AsyncGenerator<string> {
  let count = 0;
  for await (const batch of unhurried(items)) {
    const wanted = batch.slice(0, limit - count);
    count += wanted.length;
    if (wanted.length > 0) yield wanted.map((item) => text({ item })).join("");
    if (wanted.length === batch.length) continue;
    return yield text({ end: { items: count, isComplete: false } });
  }
  yield text({ end: { items: count, isComplete: true } });
}

/** What `steps` come to, a batch at a time, with a turn for the packets after each. */
async function* unhurried(steps: Steps): AsyncGenerator<object[]> {
  let batch: object[] = [];
  let taken = 0;
  for (const step of steps) {
    if (step !== undefined) batch.push(step);
    if (++taken % STEPS > 0) continue;
    yield batch;
    batch = [];
    await setImmediate();
  }
  yield batch;
}

/** The request in `line`, or a sentence that says what is wrong with it. */
function parse(line: Buffer): Request | string {
  if (line.length > LONGEST_REQUEST) return TOO_LONG;
  let input: unknown;
  try {
    input = JSON.parse(line.toString());
  } catch {
    return 'request: not JSON. Send one object a line, as in {"request":"status"}.';
  }
  const result = requestShape.safeParse(input);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const place = ["request", ...path.filter((step) => step !== "request")].join(".");
  return `${place}: ${message}. Send one object a line, as in {"request":"status"}.`;
}

function text(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}
