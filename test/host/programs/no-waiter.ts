/**
 * Starts an instance whose devices cannot be waited for. Prints what was said of it, and whether the
 * control socket is still there.
 *
 *     no-waiter.ts <control socket>
 */
import { existsSync } from "node:fs";
import { Waiter } from "tun-tap";
import { configurationFrom } from "../../../host/config.ts";
import { startInstance } from "../../../host/run.ts";

const control = process.argv[2]!;

Waiter.prototype.arm = () => {
  throw new Error("no waiting here");
};
const configuration = configurationFrom({
  externalAddress: "203.0.113.1",
  internal: "tun:natlan",
  external: "tun:natwan",
  control,
});
const sentence = await startInstance(configuration).then(
  () => "started",
  (error: Error) => error.message,
);
console.log(JSON.stringify({ sentence, isLeft: existsSync(control) }));
process.exit(0);
