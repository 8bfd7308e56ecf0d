/** A worker that reads standard input from the channel to its end, as Python would, and tells what it got. */
import { parentPort, workerData } from "node:worker_threads";
import { SharedState } from "../../../../js/cli/shared-state.ts";
import { StdinReader } from "../../../../js/cli/stdin-channel.ts";

/** What the thread tells: "wanted" when it asks for input, then one of these for each read that ends. */
export type Told = { bytes: number[] } | { failure: string } | "wanted";

const state = new SharedState(workerData.buffer);
const tell = (told: Told) => parentPort?.postMessage(told);

function checkInterrupt(): void {
  if (Atomics.exchange(state.interruptBuffer, 0, 0)) throw new Error("interrupted");
}

const reader = new StdinReader(state, () => tell("wanted"), checkInterrupt);
const piece = new Uint8Array(workerData.size);
for (let isOpen = true; isOpen; ) {
  try {
    const count = reader.read(piece);
    tell({ bytes: [...piece.subarray(0, count)] });
    isOpen = count > 0;
  } catch (error) {
    tell({ failure: (error as Error).message });
  }
}
