/** The other end of the ring tests: sends every frame back, and does what frames of one byte order. */
import { parentPort, workerData } from "node:worker_threads";
import { RingChannel } from "../../../../js/transport/ring-channel.ts";
import { RingMemory, Side } from "../../../../js/transport/ring-memory.ts";
import { CLOSE, EXIT } from "./ring-echo-orders.ts";

const channel = new RingChannel(new RingMemory(workerData as SharedArrayBuffer), Side.kernel, {
  mayBlock: true,
  ringDoorbell: () => undefined,
  isPeerAlive: () => true,
});

function run(): void {
  for (let isOpen = true; isOpen; ) {
    const frame = channel.wait(Number.POSITIVE_INFINITY);
    if (frame === undefined) continue;
    const order = frame.bytes.length === 1 ? frame.bytes[0] : undefined;
    if (order === EXIT) process.exit(3);
    channel.send(frame.lane, [frame.bytes]);
    isOpen = order !== CLOSE;
  }
  channel.close("it was told to");
}

// From the event loop, as a kernel's worker does: a loop that has never run cannot be told from one that has ended.
parentPort?.once("message", () => {
  parentPort?.postMessage("running");
  run();
});
