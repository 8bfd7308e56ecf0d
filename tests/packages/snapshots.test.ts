import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWithPackages } from "../support/packages.ts";

type Any = any;

/** What each place asks of packages after a start from a snapshot. */
const CHECKS: Record<string, [code: string, expected: unknown]> = {
  numpy: [
    `
import numpy as np
a = np.arange(9.0).reshape(3, 3) + np.eye(3)
f"{np.linalg.det(a):.3f} {np.fft.fft(a).shape} {np.random.default_rng(1).integers(9)} {np.sort([3, 1])}"
`,
    "-5.000 (3, 3) 4 [1 3]",
  ],
  pandas: [
    `
import pandas as pd
frame = pd.DataFrame({"key": ["a", "b", "a"], "value": [1, 2, 3]})
frame.groupby("key").sum().to_json()
`,
    '{"value":{"a":4,"b":2}}',
  ],
  regex: ["import regex; regex.findall(r'\\p{L}+', 'é1ü')[1]", "ü"],
  cffi: ["import cffi; cffi.FFI().sizeof('int')", 4],
};

for (const place of ["in-page", "worker"]) {
  test(`BY-snapshot: packages with side modules, imported, ${place}`, async () => {
    const kernel = place === "worker" ? { kernel: "worker" } : {};
    const names = Object.keys(CHECKS);
    const beganAnew = performance.now();
    const first = await loadWithPackages(kernel);
    await first.loadPackage(names, { messageCallback() {} });
    first.runPython(names.map((name) => `import ${name}`).join("\n"));
    const anewMs = performance.now() - beganAnew;
    const bytes = await first.makeSnapshot();
    const loaded = { ...first.loadedPackages };
    check(first);

    const began = performance.now();
    const second = await loadWithPackages({ ...kernel, snapshot: bytes });
    const tookMs = performance.now() - began;
    assert.deepEqual({ ...second.loadedPackages }, loaded);
    check(second);
    assert.ok(tookMs < anewMs * 0.8, `${tookMs} ms, and ${anewMs} ms anew`);

    await second.loadPackage("zstandard", { messageCallback() {} });
    const packed = "import zstandard as z; z.decompress(z.compress(b'abc' * 99)) == b'abc' * 99";
    assert.equal(second.runPython(packed), true);
    const third = await loadWithPackages({ ...kernel, snapshot: await second.makeSnapshot() });
    assert.equal(third.runPython(packed), true);
    check(third);
    for (const py of [first, second, third]) py.terminate?.();
  });
}

function check(py: Any): void {
  for (const [name, [code, expected]] of Object.entries(CHECKS)) {
    assert.equal(py.runPython(code), expected, name);
  }
}

test("BY-snapshot: what was loaded and not imported can be imported after the start", async () => {
  const first = await loadWithPackages();
  await first.loadPackage(["numpy", "contourpy"], { messageCallback() {} });
  const py = await loadWithPackages({ snapshot: await first.makeSnapshot() });

  const [code, expected] = CHECKS.numpy as [string, unknown];
  assert.equal(py.runPython(code), expected);
  const lines = `
import contourpy
len(contourpy.contour_generator(z=[[0, 1], [1, 2]]).lines(0.5))
`;
  assert.equal(py.runPython(lines), 1);
});
