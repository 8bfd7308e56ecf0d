/** What runs in the worker of a relay: carries frames between a ring in shared memory and a connection to a server. */
import { detectEnvironment } from "../kernel/environment.ts";
import type { Channel } from "../transport/channel.ts";
import { RingChannel } from "../transport/ring-channel.ts";
import { RingMemory, Side } from "../transport/ring-memory.ts";
import type { SocketChannel } from "../transport/socket-channel.ts";
import { workerScope } from "../worker/scope.ts";
import { connectChannel } from "./connect-channel.ts";
import type { FromRelay, ToRelay } from "./relay-messages.ts";

/** How long what was sent last may take to leave, when the program has closed its end. */
const LINGER_MS = 1000;

const scope = await workerScope<ToRelay, FromRelay>();
let ring: RingChannel | undefined;

scope.onMessage((message) => {
  if (message.kind === "open") void open(message);
  else ring?.doorbellRang();
});

async function open({ memory, address }: ToRelay & { kind: "open" }): Promise<void> {
  let socket: SocketChannel;
  try {
    socket = await connectChannel(address);
  } catch (error) {
    scope.post({ kind: "refused", reason: (error as Error).message });
    return;
  }
  ring = new RingChannel(new RingMemory(memory), Side.kernel, {
    // A program that does not read makes this thread wait, and so the server.
    mayBlock: detectEnvironment().mayBlock,
    ringDoorbell: () => scope.post({ kind: "doorbell" }),
    isPeerAlive: () => true,
  });
  join(ring, socket);
  ring.listen();
  scope.post({ kind: "opened" });
}

function join(program: Channel, server: Channel): void {
  const relay = (): void => {
    try {
      // Each may bring something for the other while it waits for room.
      while (forward(program, server) || forward(server, program));
    } catch {
      // One of them is closed, or takes nothing any more.
    }
    const { closed } = program.closed === undefined ? server : program;
    if (closed === undefined) return;
    program.close(closed.message);
    server.close(closed.message);
    setTimeout(() => scope.close(), LINGER_MS);
  };
  program.onReadable = relay;
  server.onReadable = relay;
}

/** Sends on what has come; whether there was anything. */
function forward(from: Channel, to: Channel): boolean {
  let count = 0;
  for (let frame = from.take(); frame !== undefined; frame = from.take(), count++) {
    to.send(frame.lane, [frame.bytes]);
  }
  return count > 0;
}
