/** What tests of the host share: files that go away, and errors told by their sentence. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];

process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone when this process exits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "provenat-test-"));
  folders.push(folder);
  return folder;
}

/** A file of `contents` in a folder of its own. */
export function temporaryFile(name: string, contents: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, contents);
  return path;
}

/** The message of the error that `action` throws. */
export function sentenceOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

/** The message of the error that `action` rejects with. */
export async function rejectionOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
