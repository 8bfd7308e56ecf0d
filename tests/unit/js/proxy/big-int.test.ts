import assert from "node:assert/strict";
import { test } from "node:test";
import { bigIntBytes, readBigInt } from "../../../../js/proxy/big-int.ts";

const CASES: [bigint, number[]][] = [
  [0n, [0]],
  [1n, [1]],
  [127n, [127]],
  [128n, [128, 0]],
  [255n, [255, 0]],
  [256n, [0, 1]],
  [-1n, [255]],
  [-128n, [128]],
  [-129n, [127, 255]],
  [-256n, [0, 255]],
  [-257n, [255, 254]],
];

test("proxy/big-int: values have their two's complement bytes, and come back", () => {
  for (const [value, bytes] of CASES) {
    const written = bigIntBytes(value);

    assert.equal(readBigInt(Uint8Array.from(bytes)), value);
    assert.equal(readBigInt(written), value);
    assert.deepEqual([...written.subarray(0, bytes.length)], bytes);
  }
});

test("proxy/big-int: values of thousands of bits keep every bit and the sign", () => {
  for (const bits of [63n, 64n, 65n, 4095n, 4096n, 20000n]) {
    for (const value of [2n ** bits, 2n ** bits - 1n, -(2n ** bits), -(2n ** bits) - 1n]) {
      assert.equal(readBigInt(bigIntBytes(value)), value);
    }
  }
});
