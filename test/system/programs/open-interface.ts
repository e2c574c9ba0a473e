/** Opens the interface "trial" by AF_XDP, and says what is in the way of that, if anything is. */
import { openGroup } from "af-xdp";

const memory = new Uint8Array(new WebAssembly.Memory({ initial: 2, maximum: 2 }).buffer);
const take = { addresses: [], destinations: "all-but" } as const;

try {
  openGroup({ memory, umem: { start: 0, frames: 32 }, interfaces: [{ name: "trial", take }] });
} catch (error) {
  console.log((error as Error).message);
}
