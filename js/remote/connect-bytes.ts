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
  const socket = await openSocket(address);
  return overSocket(socket);
}

async function openSocket(address: ServerAddress & { kind: "unix" | "tcp" }): Promise<Socket> {
  const { connect } = await nodeBuiltin("node:net");
  if (address.kind === "unix") return whenOpen(connect(address.path), "connect");
  const { host, port, isEncrypted } = address;
  // A server that nothing is heard of is asked for a sign of life.
  const where = {
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  if (!isEncrypted) return whenOpen(connect(where), "connect");
  const { isIP } = await nodeBuiltin("node:net");
  const tls = await nodeBuiltin("node:tls");
  const name = isIP(host) === 0 ? { servername: host } : {};
  return whenOpen(tls.connect({ ...where, ...name }), "secureConnect");
}

function whenOpen(socket: Socket, event: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    socket.once("error", (error: Error & { code?: string }) => {
      if (UNTRUSTED.has(error.code)) {
        error.message += `: if its certificate is one of your own, name it in NODE_EXTRA_CA_CERTS`;
      }
      reject(error);
    });
  });
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

const KEEP_ALIVE_MS = 15_000;
/** Codes of Node's for a certificate that no authority answers for. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const CLOSED = "the other side has closed it";
