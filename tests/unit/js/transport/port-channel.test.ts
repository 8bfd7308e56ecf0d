import assert from "node:assert/strict";
import { test } from "node:test";
import { ChannelClosed, Lane, WaitImpossible } from "../../../../js/transport/channel.ts";
import { PortChannel } from "../../../../js/transport/port-channel.ts";

function makePair(): [PortChannel, PortChannel, () => void] {
  const { port1, port2 } = new MessageChannel();
  return [new PortChannel(port1), new PortChannel(port2), () => port1.close()];
}

test("transport/port: frames arrive in order as copies, then the end", async () => {
  const [client, kernel, close] = makePair();
  const frame = Uint8Array.of(1, 2, 3);
  const received: unknown[] = [];
  const ended = new Promise<void>((resolve) => {
    kernel.onReadable = () => {
      for (let next = kernel.take(); next; next = kernel.take()) received.push(next);
      if (kernel.closed !== undefined) resolve();
    };
  });

  client.send(Lane.kernel, [frame]);
  frame[0] = 9;
  client.send(Lane.service, [frame.subarray(1)]);
  client.close();
  await ended;

  assert.deepEqual(received, [
    { lane: Lane.kernel, bytes: Uint8Array.of(1, 2, 3) },
    { lane: Lane.service, bytes: Uint8Array.of(2, 3) },
  ]);
  assert.throws(() => kernel.send(Lane.kernel, [frame]), ChannelClosed);
  assert.throws(() => client.send(Lane.kernel, [frame]), ChannelClosed);
  close();
});

test("transport/port: a wait is refused with the reason", () => {
  const [client, , close] = makePair();

  assert.throws(() => client.wait(performance.now() + 1000), WaitImpossible);
  close();
});
