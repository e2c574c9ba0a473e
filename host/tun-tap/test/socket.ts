/** A device and an application behind it, whose packets the kernel gives to the device. */
import { createSocket, type Socket } from "node:dgram";
import { type Device, type OpenOptions, open } from "../index.js";
import { ip, uniqueName } from "./support.ts";

export const LOCAL = "192.0.2.1";
export const REMOTE = "192.0.2.2";
const PORT = 7;

/** A TUN with an address, and a socket whose datagrams to REMOTE go into it. */
export async function withSocket(
  options: Partial<OpenOptions>,
  body: (device: Device, socket: Socket) => void | Promise<void>,
): Promise<void> {
  const device = open({ kind: "tun", name: uniqueName(), ...options });
  ip(`address add ${LOCAL}/24 dev ${device.name}`);
  const socket = createSocket("udp4");
  try {
    await body(device, socket);
  } finally {
    socket.close();
    device.close();
  }
}

export function send(socket: Socket, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(payload, PORT, REMOTE, (error) => (error ? reject(error) : resolve()));
  });
}
