import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { connectBytes } from "../../../../js/remote/connect-bytes.ts";
import { ChannelClosed, Lane, WaitImpossible } from "../../../../js/transport/channel.ts";
import { SocketChannel } from "../../../../js/transport/socket-channel.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

const HEAD_BYTES = 8;
const path = join(await temporaryFolder(), "channel.sock");
const server = createServer();
server.listen(path);
await once(server, "listening");
after(() => server.close());

/** A channel, and the socket at its other end. */
async function pair(): Promise<{ channel: SocketChannel; peer: Socket }> {
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const [[peer], connection] = await Promise.all([accepted, connectBytes({ kind: "unix", path })]);
  return { channel: new SocketChannel(connection), peer };
}

function packet(bytes: readonly number[], lane = 0, length = bytes.length): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(length, 0);
  head.writeUInt32LE(lane, 4);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

/** The next time that there is something to read, or the channel has closed. */
function readable(channel: SocketChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.onReadable = resolve;
  });
}

test("transport/socket-channel: packets arrive whole and in order, however they are cut", async () => {
  const { channel, peer } = await pair();
  const all = Buffer.concat([packet([1, 2, 3]), packet([], 1), packet([4, 5, 6, 7])]);
  const frames: [lane: number, bytes: number[]][] = [];
  channel.onReadable = () => {
    for (let frame = channel.take(); frame !== undefined; frame = channel.take()) {
      frames.push([frame.lane, [...frame.bytes]]);
    }
  };

  for (const byte of all) {
    peer.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  peer.write(all);
  while (frames.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));

  const once_ = [
    [0, [1, 2, 3]],
    [1, []],
    [0, [4, 5, 6, 7]],
  ];
  assert.deepEqual(frames, [...once_, ...once_]);
  channel.close();
  peer.destroy();
});

test("transport/socket-channel: what is sent stands behind its length and lane", async () => {
  const { channel, peer } = await pair();
  const data = once(peer, "data") as Promise<[Buffer]>;

  channel.send(Lane.service, [new Uint8Array([9, 8])]);
  assert.deepEqual((await data)[0], packet([9, 8], 1));
  channel.close();
  peer.destroy();
});

test("transport/socket-channel: a length that cannot be right ends it", async () => {
  const { channel, peer } = await pair();
  const ended = readable(channel);

  peer.write(packet([], 0, 0xffff_ffff));
  await ended;
  assert.match(String(channel.closed?.message), /4294967295 bytes is longer/);
  assert.equal(channel.take(), undefined);
  assert.throws(() => channel.send(Lane.kernel, [new Uint8Array()]), ChannelClosed);
  peer.destroy();
});

test("transport/socket-channel: it tells when the other side is gone, and cannot be waited for", async () => {
  const { channel, peer } = await pair();
  assert.equal(channel.waitMode, "none");
  assert.throws(() => channel.wait(0), WaitImpossible);
  const ended = readable(channel);

  peer.destroy();
  await ended;
  assert.ok(channel.closed instanceof ChannelClosed);
  assert.throws(() => channel.wait(0), ChannelClosed);
  channel.close();
});
