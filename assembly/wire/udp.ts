/** The UDP header (RFC 768), viewed in place. */
import { be16, ntoh16 } from "./order";

export const HEADER: u32 = 8;

@unmanaged
export class Udp {
  src: be16;
  dst: be16;
  private lengthWire: be16;
  checksum: be16;

  static at(ptr: usize): Udp {
    return changetype<Udp>(ptr);
  }

  /** Octets, header included, as the sender claims. */
  get length(): u32 {
    return ntoh16(this.lengthWire);
  }
}

if (offsetof<Udp>("checksum") != 6) ERROR("Udp.checksum belongs at octet 6");
