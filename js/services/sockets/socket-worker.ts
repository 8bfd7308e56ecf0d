/** What runs in the thread of the sockets: Node's sockets, on behalf of a kernel that may be blocked. */
import { connect, type Socket } from "node:net";
import { workerData } from "node:worker_threads";
import {
  type FromKernel,
  MAX_UNDER_WAY,
  type SocketAddress,
  type ToKernel,
  type Watch,
} from "./socket-messages.ts";
import type { SocketThreadData } from "./socket-thread.ts";

const { kernel, client, arrivals } = workerData as SocketThreadData;

interface Held {
  readonly fd: number;
  readonly socket: Socket;
  /** Bytes that the kernel has not read yet, and that the system has not taken yet. */
  unread: number;
  unsent: number;
  isConnected: boolean;
  /** There is nothing more to come: the peer has finished, or it has failed. */
  isOver: boolean;
}

const sockets = new Map<number, Held>();
let watches: Watch[] = [];

function tell(message: ToKernel, transfer: ArrayBuffer[] = []): void {
  kernel.postMessage(message, transfer);
  Atomics.add(arrivals, 0, 1);
  Atomics.notify(arrivals, 0);
  settleWatches();
}

function settleWatches(): void {
  if (watches.length === 0) return;
  const held = new Map([...sockets.values()].map((socket) => [socket.fd, socket]));
  watches = watches.filter(({ number, fd, isReading }) => {
    const socket = held.get(fd);
    const isReady = socket === undefined || (isReading ? canRead(socket) : canWrite(socket));
    if (isReady) client.postMessage({ number });
    return !isReady;
  });
}

function canRead({ unread, isOver }: Held): boolean {
  return unread > 0 || isOver;
}

function canWrite({ isConnected, isOver, unsent, socket }: Held): boolean {
  return (isOver && socket.destroyed) || (isConnected && unsent < MAX_UNDER_WAY);
}

function open({ id, fd, host, port, options }: FromKernel & { kind: "connect" }): void {
  const socket = connect({ host, port, allowHalfOpen: true });
  const held = { fd, socket, unread: 0, unsent: 0, isConnected: false, isOver: false };
  sockets.set(id, held);
  socket.setNoDelay(options.noDelay);
  socket.setKeepAlive(options.keepAlive);
  socket.on("connect", () => {
    held.isConnected = true;
    const local = addressOf(socket.localAddress, socket.localFamily, socket.localPort);
    const peer = addressOf(socket.remoteAddress, socket.remoteFamily, socket.remotePort);
    tell({ kind: "connected", id, local, peer });
  });
  socket.on("data", (chunk) => {
    const bytes = new Uint8Array(chunk);
    held.unread += bytes.length;
    if (held.unread >= MAX_UNDER_WAY) socket.pause();
    tell({ kind: "data", id, bytes }, [bytes.buffer]);
  });
  socket.on("end", () => {
    held.isOver = true;
    tell({ kind: "ended", id });
  });
  socket.on("error", ({ code }: NodeJS.ErrnoException) => {
    held.isOver = true;
    tell({ kind: "failed", id, code: code ?? "EIO" });
  });
}

function addressOf(
  address: string | undefined,
  family: string | undefined,
  port: number | undefined,
): SocketAddress {
  return { address: address ?? "0.0.0.0", family: family === "IPv6" ? 10 : 2, port: port ?? 0 };
}

function serve(message: FromKernel): void {
  if (message.kind === "connect") return open(message);
  const { id } = message;
  const held = sockets.get(id);
  if (held === undefined) return;
  const { socket } = held;
  switch (message.kind) {
    case "write": {
      const count = message.bytes.length;
      held.unsent += count;
      socket.write(message.bytes, () => {
        held.unsent -= count;
        tell({ kind: "written", id, count });
      });
      break;
    }
    case "consumed":
      held.unread -= message.count;
      if (held.unread < MAX_UNDER_WAY) socket.resume();
      break;
    case "option":
      if (message.name === "noDelay") socket.setNoDelay(message.isOn);
      else socket.setKeepAlive(message.isOn);
      break;
    case "finish":
      socket.end();
      break;
    case "close":
      sockets.delete(id);
      // What was written before still goes out, then nobody is there any more.
      socket.destroySoon();
      settleWatches();
  }
}

kernel.on("message", serve);
client.on("message", (watch: Watch) => {
  watches.push(watch);
  settleWatches();
});
