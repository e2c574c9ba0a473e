/** A network function that is measured: it makes the router of the bench what it is. */
import type { Lab, LabProcess } from "../../../host/demo/lab.ts";

export interface Rival {
  /** What it is called in options, results and plots. */
  readonly name: string;

  /** What exactly it is, and what its links are. */
  readonly title: string;

  /** Whether packets arrive from the external address, and not from the client's. */
  readonly translates: boolean;

  /** More flows than that are beyond it, or would tell nothing. */
  readonly mostFlows: number;

  /** Whether it takes packets whose checksums and segmentation the endpoints have left undone. */
  readonly takesOffloads: boolean;

  /** Why it cannot be measured on this machine, as a sentence. */
  obstacle(): string | undefined;

  /**
   * Links client, router and server, which have no link yet, and begins to forward. It ends with
   * the lab: nothing of it is left for the next. Resolves to the process that forwards, unless the
   * kernel does. Throws `LabError`.
   */
  begin(lab: Lab): Promise<LabProcess | undefined>;
}
