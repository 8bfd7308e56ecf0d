// The thread of lossy-proxy.ts: passes bytes on, and loses connections when it is told to.
import { connect, createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { target, counter, isRough } = workerData;
const count = new Int32Array(counter);
const open = new Set();
let seed = 1;

/** After how many bytes a connection is lost by itself. */
function lossAfter() {
  if (!isRough) return Number.POSITIVE_INFINITY;
  seed = (seed * 48271) % 2147483647;
  return 3000 + (seed % 20000);
}

function join(client, server) {
  Atomics.add(count, 0, 1);
  let left = lossAfter();
  const lose = () => {
    for (const socket of [client, server]) {
      socket.destroy();
      open.delete(socket);
    }
  };
  for (const [from, to] of [
    [client, server],
    [server, client],
  ]) {
    open.add(from);
    from.on("data", (bytes) => {
      to.write(bytes.subarray(0, Math.max(left, 0)));
      left -= bytes.length;
      if (left <= 0) lose();
    });
    from.on("error", lose);
    from.on("close", lose);
  }
}

const server = createServer((client) => join(client, connect(target, "127.0.0.1")));
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
parentPort.on("message", ({ delayMs, isLast }) => {
  if (isLast) server.close();
  setTimeout(() => {
    for (const socket of open) socket.destroy();
    open.clear();
    if (isLast) parentPort.close();
  }, delayMs);
});
