/** What runs in the worker: opens the channel, and serves the kernel when the client has it loaded. */
import { detectEnvironment } from "../kernel/environment.ts";
import { PortChannel } from "../transport/port-channel.ts";
import { RingChannel } from "../transport/ring-channel.ts";
import { RingMemory, Side } from "../transport/ring-memory.ts";
import { KernelHost } from "./kernel-host.ts";
import { type WorkerScope, workerScope } from "./scope.ts";
import type { FromWorker, OpenMessage, ToWorker } from "./start-message.ts";
import { syncPull } from "./sync-pull.ts";

function open(
  scope: WorkerScope<ToWorker, FromWorker>,
  message: OpenMessage,
): (message: ToWorker) => void {
  const { memory, frames, pull } = message;
  if (memory === undefined) {
    const channel = new PortChannel(frames as MessagePort, pull && syncPull(pull));
    const host = new KernelHost(channel, undefined, scope);
    return (later) => host.receive(later);
  }
  const ring = new RingMemory(memory);
  const channel = new RingChannel(ring, Side.kernel, {
    mayBlock: detectEnvironment().mayBlock,
    ringDoorbell: () => scope.post({ kind: "doorbell" }),
    isPeerAlive: () => true,
  });
  const host = new KernelHost(channel, ring, scope);
  channel.listen();
  return (later) => {
    if (later.kind === "doorbell") channel.doorbellRang();
    else host.receive(later);
  };
}

const scope = await workerScope<ToWorker, FromWorker>();
let receive = (message: ToWorker): void => {
  if (message.kind !== "open") return;
  receive = open(scope, message);
  scope.post({ kind: "opened" });
};
scope.onMessage((message) => receive(message));
