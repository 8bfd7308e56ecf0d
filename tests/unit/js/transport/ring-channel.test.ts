import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { ChannelClosed, type Frame, Lane } from "../../../../js/transport/channel.ts";
import { RingChannel } from "../../../../js/transport/ring-channel.ts";
import { RingMemory, Side } from "../../../../js/transport/ring-memory.ts";
import { lifeOf } from "../../../../js/worker/node-life.ts";
import { CLOSE, EXIT } from "./ring-echo-orders.ts";

/** A worker thread of Node 20 cannot load TypeScript by itself. */
const ECHO = buildSync({
  entryPoints: [fileURLToPath(new URL("./ring-echo-thread.ts", import.meta.url))],
  bundle: true,
  platform: "node",
  write: false,
}).outputFiles[0]?.text as string;

const LIMIT = { timeout: 20_000 };
const SMALL_RING = 1024;

const host = { mayBlock: true, ringDoorbell: () => undefined, isPeerAlive: () => true };

/** Two ends in this thread. */
function makePair(ringBytes = SMALL_RING, mayBlock = true): [RingChannel, RingChannel, RingMemory] {
  const memory = RingMemory.create(ringBytes);
  const both = { ...host, mayBlock };
  const client = new RingChannel(memory, Side.client, both);
  return [client, new RingChannel(memory, Side.kernel, both), memory];
}

/** An end in this thread, and one in another that sends everything back. */
async function withEcho(
  use: (channel: RingChannel, worker: Worker) => unknown,
  ringBytes = SMALL_RING,
): Promise<void> {
  const memory = RingMemory.create(ringBytes);
  const worker = new Worker(ECHO, {
    eval: true,
    workerData: memory.buffer,
    execArgv: [],
  });
  const isPeerAlive = lifeOf(worker);
  const channel = new RingChannel(memory, Side.client, { ...host, isPeerAlive });
  await once(worker, "online");
  worker.postMessage("run");
  await once(worker, "message");
  assert.ok(isPeerAlive());
  try {
    await use(channel, worker);
  } finally {
    await worker.terminate();
  }
}

/** The next frame; fails when none comes. */
function next(channel: RingChannel): Frame {
  const until = performance.now() + 10_000;
  for (;;) {
    const frame = channel.wait(until);
    if (frame !== undefined) return frame;
    assert.ok(performance.now() < until, "no frame came");
  }
}

const bytes = (...values: number[]) => Uint8Array.from(values);

test("transport/ring: frames of all lanes arrive in order, wrapped around the ring's end or not", () => {
  const [client, kernel] = makePair();
  for (let i = 0; i < 500; i++) {
    const frame = new Uint8Array(i % 200).fill(i);
    client.send(i % 2 === 0 ? Lane.kernel : Lane.service, [frame]);

    const received = kernel.take();
    assert.deepEqual(received, { lane: i % 2, bytes: frame });
  }
  assert.equal(kernel.take(), undefined);
});

test(
  "transport/ring: frames that are larger than the ring cross it in pieces, in both directions at once",
  LIMIT,
  async () => {
    await withEcho((channel) => {
      for (const length of [0, 1, 255, 256, 257, 1023, 5000, 100_000]) {
        const frame = new Uint8Array(length).map((_, i) => i * 7);
        channel.send(Lane.kernel, [frame]);
        assert.deepEqual(next(channel).bytes, frame);
      }
    });
  },
);

test("transport/ring: two full rings do not wait for each other", LIMIT, async () => {
  await withEcho((channel) => {
    const frame = new Uint8Array(700).fill(3);
    for (let i = 0; i < 50; i++) channel.send(Lane.kernel, [frame]);
    for (let i = 0; i < 50; i++) assert.deepEqual(next(channel).bytes, frame);
  });
});

test("transport/ring: a thread that may not wait keeps what does not fit, and sends it when there is room", () => {
  const [client, kernel] = makePair(SMALL_RING, false);
  for (let i = 0; i < 20; i++) client.send(Lane.kernel, [new Uint8Array(300).fill(i)]);

  for (let i = 0; i < 20; i++) {
    const frame = kernel.take();
    assert.equal(frame?.bytes[0], i);
    client.take(); // what looks for frames sends as well
  }
});

test("transport/ring: a wait ends in time, at a wake, and by a frame", () => {
  const [client, kernel, memory] = makePair();

  assert.equal(client.wait(performance.now() + 5), undefined);
  kernel.send(Lane.service, [bytes(1)]);
  assert.deepEqual(client.wait(Number.POSITIVE_INFINITY)?.bytes, bytes(1));
  memory.interrupt(2);
  assert.equal(memory.interruptWord[0], 2);
});

test("transport/ring: what was sent before the close is taken, then the end is told", () => {
  const [client, kernel] = makePair();
  client.send(Lane.kernel, [bytes(1)]);
  client.close("enough");

  assert.throws(() => client.send(Lane.kernel, [bytes(2)]), /enough/);
  assert.deepEqual(kernel.wait(0)?.bytes, bytes(1));
  assert.throws(() => kernel.wait(0), ChannelClosed);
  assert.ok(kernel.closed instanceof ChannelClosed);
  assert.throws(() => kernel.send(Lane.kernel, [bytes(3)]), ChannelClosed);
});

test(
  "transport/ring: a blocked end learns within a second that the other thread was ended hard",
  LIMIT,
  async () => {
    await withEcho((channel) => {
      channel.send(Lane.kernel, [bytes(7)]);
      next(channel);
      channel.send(Lane.kernel, [bytes(EXIT)]);

      const start = performance.now();
      assert.throws(() => {
        for (;;) channel.wait(start + 10_000);
      }, ChannelClosed);
      assert.ok(performance.now() - start < 1000);
    });
  },
);

test("transport/ring: from the event loop frames and the end are told", LIMIT, async () => {
  await withEcho(async (channel) => {
    const events: unknown[] = [];
    const ended = new Promise<void>((resolve) => {
      channel.onReadable = () => {
        for (let frame = channel.take(); frame; frame = channel.take()) events.push(frame.bytes[0]);
        if (channel.closed !== undefined) resolve();
      };
    });
    channel.listen();
    channel.send(Lane.kernel, [bytes(9, 9)]);
    channel.send(Lane.kernel, [bytes(CLOSE)]);
    await ended;

    assert.deepEqual(events, [9, CLOSE]);
  });
});

test("transport/ring: a ring that holds what no writer wrote closes the channel", () => {
  const [client, kernel, memory] = makePair();
  kernel.send(Lane.kernel, [bytes(1, 2, 3)]);
  const ring = memory.rings[Side.kernel];
  new DataView(memory.buffer, ring.bytes.byteOffset).setUint32(0, 0xfff0, true);

  assert.throws(() => client.wait(0), /damaged/);
  assert.ok(client.closed instanceof ChannelClosed);
});

/** A ring whose kernel takes all that is there the moment it is woken. */
class EagerMemory extends RingMemory {
  take: (() => void) | undefined;

  override wake(side: Side): void {
    super.wake(side);
    if (side === Side.kernel) this.take?.();
  }
}

test(
  "ring: a side that cannot wait goes on sending when room was made before it asked for it",
  LIMIT,
  async () => {
    const memory = new EagerMemory(RingMemory.create(SMALL_RING).buffer);
    const client = new RingChannel(memory, Side.client, { ...host, mayBlock: false });
    const kernel = new RingChannel(memory, Side.kernel, host);
    client.listen();
    kernel.listen();
    const taken: Uint8Array[] = [];
    let isTaking = false;
    memory.take = () => {
      if (isTaking) return;
      isTaking = true;
      for (let frame = kernel.take(); frame !== undefined; frame = kernel.take())
        taken.push(frame.bytes);
      isTaking = false;
    };
    const long = Uint8Array.from({ length: 100 * SMALL_RING }, (_, at) => at % 251);

    client.send(Lane.kernel, [long]);
    while (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));

    assert.deepEqual(taken, [long]);
    client.close();
  },
);
