import assert from "node:assert/strict";
import { test } from "node:test";
import { SentPackets } from "../../../../js/transport/sent-packets.ts";

/** Some packets of eight bytes each, which begin with 1, 2, 3 … */
function sentPackets(maxBytes: number, count: number): SentPackets {
  const sent = new SentPackets(maxBytes);
  for (let i = 1; i <= count; i++) sent.add(new Uint8Array(8).fill(i));
  return sent;
}

const firstBytes = (sent: SentPackets, count: number) =>
  sent.since(count)?.map((packet) => packet[0]);

test("transport/sent-packets: what the other side lacks is there, in order", () => {
  const sent = sentPackets(100, 4);
  assert.equal(sent.count, 4);
  assert.deepEqual(firstBytes(sent, 0), [1, 2, 3, 4]);
  assert.deepEqual(firstBytes(sent, 4), []);
  assert.equal(firstBytes(sent, 5), undefined);

  sent.acknowledge(2);
  sent.acknowledge(1); // old news
  sent.acknowledge(9); // a false claim
  assert.equal(firstBytes(sent, 1), undefined);
  assert.deepEqual(firstBytes(sent, 2), [3, 4]);
});

test("transport/sent-packets: no more is kept than fits, the last packets first", () => {
  const sent = sentPackets(20, 3);
  assert.equal(firstBytes(sent, 0), undefined);
  assert.deepEqual(firstBytes(sent, 1), [2, 3]);

  sent.add(new Uint8Array(21).fill(4)); // never fits
  assert.equal(firstBytes(sent, 3), undefined);
  assert.deepEqual(firstBytes(sent, 4), []);
  sent.add(new Uint8Array(20).fill(5));
  assert.deepEqual(firstBytes(sent, 4), [5]);
});
