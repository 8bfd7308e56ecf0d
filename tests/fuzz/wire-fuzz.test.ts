import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FrameCodec } from "#protocol";
import { decodeMessage, encodeMessage } from "#wire";
import { KraitError } from "../../js/proxy/errors.ts";

const FUZZ_MS = process.env["CI"] === "true" ? 60_000 : 3_000;
/** No packet here has more than some kilobytes; decoding one takes microseconds. */
const SLOWEST_MS = 250;
const LIMITS = { maxBytes: 1 << 20, maxNesting: 32 };

const GOLDEN = new URL("../golden/", import.meta.url);
const packets = ["client/", "kernel/"].flatMap((folder) =>
  readdirSync(new URL(folder, GOLDEN)).map(
    (name) => new Uint8Array(readFileSync(new URL(folder + name, GOLDEN))),
  ),
);

/** Numbers that are the same in each run with one seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Words that pointers and lists make the most of. */
const TELLING = [0, 1, 2, 3, 5, 0xffffffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffff, 0x10001, 7];

/** One of the golden packets, changed here and there. */
function mutated(random: (below: number) => number): Uint8Array {
  const original = packets[random(packets.length)] as Uint8Array;
  const length = random(8) === 0 ? random(original.length) : original.length;
  const packet = original.slice(0, length);
  const view = new DataView(packet.buffer);
  for (let changes = 1 + random(6); changes > 0 && packet.length >= 8; changes--) {
    const word = random(packet.length >>> 2) * 4;
    switch (random(4)) {
      case 0:
        packet[random(packet.length)] = random(256);
        break;
      case 1:
        view.setUint32(word, TELLING[random(TELLING.length)] as number, true);
        break;
      case 2:
        view.setUint32(word, view.getUint32(word, true) + random(17) - 8, true);
        break;
      default:
        view.setUint32(word, view.getUint32(random(packet.length >>> 2) * 4, true), true);
    }
  }
  return packet;
}

/** Decodes bytes that may be anything; a message that came out is written again. */
function feed(packet: Uint8Array): "decoded" | "refused" {
  try {
    const { message } = decodeMessage(FrameCodec, packet, LIMITS);
    if (message.messages.some(({ which }) => which === "unknown")) return "decoded";
    const again = encodeMessage(FrameCodec, message, 1 << 24);
    assert.ok(again.length > 0);
    return "decoded";
  } catch (error) {
    if (error instanceof KraitError) return "refused";
    throw error;
  }
}

test("fuzz/wire: any bytes are decoded or refused, at once", () => {
  const seed = Number(process.env["KRAIT_FUZZ_SEED"] ?? Date.now() % 2 ** 32);
  const random = generator(seed);
  const counts = { decoded: 0, refused: 0 };
  const end = performance.now() + FUZZ_MS;
  while (performance.now() < end) {
    for (let i = 0; i < 1000; i++) {
      const packet = mutated(random);
      const started = performance.now();
      try {
        counts[feed(packet)]++;
      } catch (error) {
        const hex = Buffer.from(packet).toString("hex");
        throw new Error(`seed ${seed}, packet ${hex}`, { cause: error });
      }
      const ms = performance.now() - started;
      assert.ok(
        ms < SLOWEST_MS,
        `seed ${seed}: ${ms} ms for ${Buffer.from(packet).toString("hex")}`,
      );
    }
  }
  console.log(`seed ${seed}: ${counts.decoded} decoded, ${counts.refused} refused`);
  assert.ok(counts.decoded > 0 && counts.refused > 0);
});
