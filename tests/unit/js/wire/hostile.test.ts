import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameCodec } from "#protocol";
import { decodeMessage } from "#wire";
import { hostilePackets } from "./hostile-packets.ts";

const LIMITS = { maxBytes: 1 << 16, maxNesting: 32 };

for (const [what, packet, error] of hostilePackets()) {
  test(`wire/hostile: ${what} is refused with a typed error, at once`, () => {
    const started = performance.now();

    assert.throws(() => decodeMessage(FrameCodec, packet, LIMITS), { name: error });

    assert.ok(performance.now() - started < 100);
  });
}
