import { once } from "node:events";
import { after } from "node:test";
import { Worker } from "node:worker_threads";

/** Serves in a thread of its own: a client that blocks must get its answer. */
const SERVER = `
const { createServer } = require("node:net");
const { parentPort } = require("node:worker_threads");
const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (first) => {
    if (first.includes("reset")) return socket.resetAndDestroy();
    if (first.includes("quiet")) return;
    socket.write(first);
    socket.pipe(socket);
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/**
 * A server on the loopback interface for the tests of a file, which sends back what it gets, and finishes when its client
 * does. When the first thing it gets has "reset" in it the connection is reset, with "quiet" nothing is answered. Gives the
 * port.
 */
export async function startTcpServer(): Promise<number> {
  const worker = new Worker(SERVER, { eval: true });
  after(() => worker.terminate());
  const [port] = (await once(worker, "message")) as [number];
  return port;
}
