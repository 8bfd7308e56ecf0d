import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ChannelClosed, Lane } from "../../../../js/transport/channel.ts";
import { PortChannel } from "../../../../js/transport/port-channel.ts";
import {
  decodeMessages,
  encodeMessages,
  type PortMessage,
} from "../../../../js/transport/port-message.ts";

/** A client that keeps what it sends, and a kernel that pulls what is there at once. */
function makePair(): { client: PortChannel; kernel: PortChannel; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  const client = new PortChannel(port1);
  client.keepForPulls();
  const kernel = new PortChannel(port2, (seen) => {
    let pulled: readonly PortMessage[] = [];
    client.pulled(seen, 0, (messages) => {
      pulled = decodeMessages(encodeMessages(messages));
    });
    return pulled;
  });
  return { client, kernel, close: () => port1.close() };
}

const texts = (channel: PortChannel) => {
  const taken: string[] = [];
  for (let frame = channel.take(); frame; frame = channel.take()) {
    taken.push(`${frame.lane} ${frame.bytes.join()}`);
  }
  return taken;
};

test("transport/pull: a side that pulls may wait, and what comes by both ways counts once", async () => {
  const { client, kernel, close } = makePair();
  client.send(Lane.kernel, [Uint8Array.of(1)]);
  client.send(Lane.service, [Uint8Array.of(2, 3)]);

  assert.equal(kernel.waitMode, "blocking");
  assert.deepEqual(kernel.wait(performance.now() + 10)?.bytes, Uint8Array.of(1));
  client.send(Lane.kernel, [new Uint8Array(0)]);
  await sleep(20); // now all of it has come by the port

  assert.deepEqual(texts(kernel), ["1 2,3", "0 "]);
  assert.equal(kernel.wait(performance.now()), undefined);
  close();
});

test("transport/pull: what was seen is not kept", async () => {
  const { client, kernel, close } = makePair();
  client.send(Lane.kernel, [Uint8Array.of(1)]);
  await sleep(10);
  kernel.send(Lane.kernel, [Uint8Array.of(9)]);
  await sleep(10);

  let pulled: readonly PortMessage[] | undefined;
  client.pulled(0, 5, (messages) => {
    pulled = messages;
  });
  assert.equal(pulled, undefined);
  await sleep(20);
  assert.deepEqual(pulled, []);
  close();
});

test("transport/pull: signals are told at once, frames wait; the end arrives", () => {
  const { client, kernel, close } = makePair();
  const signals: number[] = [];
  kernel.onSignal = (signum) => signals.push(signum);
  client.send(Lane.kernel, [Uint8Array.of(1)]);
  client.signal(2);

  kernel.poll();
  assert.deepEqual(signals, [2]);
  client.close();
  assert.deepEqual(kernel.wait(performance.now() + 10)?.bytes, Uint8Array.of(1));
  kernel.wait(performance.now() + 10);
  assert.throws(() => kernel.wait(performance.now() + 10), ChannelClosed);
  close();
});

test("transport/pull: a new pull ends the one before", () => {
  const { client, close } = makePair();
  const answers: number[][] = [];
  const note = (messages: readonly PortMessage[]) =>
    void answers.push(messages.map(({ number }) => number));
  client.pulled(0, 1000, note);
  client.pulled(0, 1000, note);
  client.send(Lane.kernel, [Uint8Array.of(1)]);

  assert.deepEqual(answers, [[], [1]]);
  client.close();
  close();
});
