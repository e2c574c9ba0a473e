/** Reading captures of either format. */
import { CaptureError, type Frame } from "./frame.ts";
import { FileOctets } from "./octets.ts";
import { isPcap, pcapFrames } from "./pcap.ts";
import { isPcapng, pcapngFrames } from "./pcapng.ts";

const GZIP = 0x1f8b;

/** The frames of the capture at `path`, which is closed afterwards. Throws `CaptureError`. */
export function* framesIn(path: string): Generator<Frame> {
  const file = new FileOctets(path);
  try {
    const magic = file.isAtEnd() ? Buffer.alloc(4) : file.peek(4);
    if (isPcap(magic)) yield* pcapFrames(file);
    else if (isPcapng(magic)) yield* pcapngFrames(file);
    else throw unknownFormat(path, magic);
  } finally {
    file.close();
  }
}

function unknownFormat(path: string, magic: Buffer): CaptureError {
  if (magic.readUInt16BE() === GZIP) {
    return new CaptureError(path, "compressed", "Decompress it first, as with gunzip");
  }
  const remedy = "Name a file that tcpdump or Wireshark has written";
  return new CaptureError(path, "neither pcap nor pcapng, from octet 0 on", remedy);
}
