import { RingChannel } from "../transport/ring-channel.ts";
import { RingMemory, Side } from "../transport/ring-memory.ts";
import { spawnWorker, type WorkerHandle } from "../worker/spawn.ts";
import type { ServerAddress } from "./address.ts";
import type { FromRelay, ToRelay } from "./relay-messages.ts";

/** A channel to a server that this thread can wait for: a worker reads and writes the connection (relay-worker.ts). */
export class Relay {
  readonly channel: RingChannel;
  readonly #worker: WorkerHandle<ToRelay, FromRelay>;

  private constructor(worker: WorkerHandle<ToRelay, FromRelay>, memory: RingMemory) {
    this.#worker = worker;
    this.channel = new RingChannel(memory, Side.client, {
      mayBlock: true,
      ringDoorbell: () => worker.post({ kind: "doorbell" }),
      isPeerAlive: () => worker.isAlive(),
    });
    worker.onMessage = ({ kind }) => {
      if (kind === "doorbell") this.channel.doorbellRang();
    };
    worker.onEnd = (reason) => this.channel.peerGone(reason);
    this.channel.listen();
  }

  /**
   * Starts the worker and has it connect.
   * @param script URL of `krait.relay.mjs`
   * @throws {Error} as a rejection, when the worker cannot be started or nobody is there
   */
  static async open(script: string, address: ServerAddress): Promise<Relay> {
    const worker = await spawnWorker<ToRelay, FromRelay>(script);
    const memory = RingMemory.create();
    try {
      await new Promise<void>((resolve, reject) => {
        worker.onEnd = (reason) => reject(new Error(`the relay ${script} ended: ${reason}`));
        worker.onMessage = (message) =>
          message.kind === "refused" ? reject(new Error(message.reason)) : resolve();
        worker.post({ kind: "open", memory: memory.buffer, address });
      });
    } catch (error) {
      worker.terminate();
      throw error;
    }
    worker.isAlive(); // it is, and is known to have been
    return new Relay(worker, memory);
  }

  /** Whether the connection keeps the process alive (Node). */
  keepAlive(isWanted: boolean): void {
    this.#worker.keepAlive(isWanted);
  }
}
