import type { RunningKernel } from "../../kernel/running-kernel.ts";
import { SocketCalls } from "./socket-calls.ts";
import { SocketThread } from "./socket-thread.ts";
import type { WatchPort } from "./socket-watch.ts";

/**
 * Gives a kernel Node's sockets, held by a thread of their own.
 * @param url of the thread's script
 * @returns by which the kernel's client watches them
 */
export async function openSockets(kernel: RunningKernel, url: string): Promise<WatchPort> {
  const thread = await SocketThread.start(url);
  kernel.useSockets((glue, waiting) => new SocketCalls(glue, thread, waiting));
  return thread.client;
}
