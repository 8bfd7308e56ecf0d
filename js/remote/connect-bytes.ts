import type { Socket } from "node:net";
import { nodeBuiltin } from "../kernel/node-builtin.ts";
import type { ByteConnection } from "../transport/byte-connection.ts";
import type { ServerAddress } from "./address.ts";

/**
 * Opens a connection to a server.
 * @throws {Error} as a rejection: nobody is there, or this host has no such sockets; the message says which
 */
export async function connectBytes(address: ServerAddress): Promise<ByteConnection> {
  if (address.kind === "ws") return connectWebSocket(address.url);
  if (typeof process !== "object" || process.versions?.node === undefined) {
    throw new Error("a page reaches servers by ws:// and wss:// only");
  }
  const { connect } = await nodeBuiltin("node:net");
  const socket =
    address.kind === "unix"
      ? connect(address.path)
      : connect({ host: address.host, port: address.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return overSocket(socket);
}

/** A socket of Node that is open. */
export function overSocket(socket: Socket): ByteConnection {
  const connection: ByteConnection = {
    write: (bytes) => void socket.write(bytes),
    get unsentBytes() {
      return socket.writableLength;
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    keepAlive: (isWanted) => void (isWanted ? socket.ref() : socket.unref()),
    onBytes: () => {},
    onEnd: () => {},
  };
  socket.removeAllListeners("error");
  socket.on("data", (bytes: Uint8Array) => connection.onBytes(bytes));
  socket.on("error", (error) => connection.onEnd(error.message));
  socket.on("close", () => connection.onEnd(CLOSED));
  return connection;
}

async function connectWebSocket(url: string): Promise<ByteConnection> {
  if (typeof WebSocket !== "function") {
    throw new Error(
      "this host has no WebSocket (Node has it from version 22): use tcp:// or unix:",
    );
  }
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("the WebSocket was refused"));
  });
  const connection: ByteConnection = {
    write: (bytes) => socket.send(bytes),
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    end: () => socket.close(),
    destroy: () => socket.close(),
    keepAlive: () => {},
    onBytes: () => {},
    onEnd: () => {},
  };
  socket.onmessage = ({ data }) => connection.onBytes(new Uint8Array(data as ArrayBuffer));
  socket.onerror = () => connection.onEnd("the WebSocket failed");
  socket.onclose = ({ reason }) => connection.onEnd(reason || CLOSED);
  return connection;
}

const CLOSED = "the other side has closed it";
