import assert from "node:assert/strict";
import { after, test } from "node:test";
import { loadWithPackages } from "../support/packages.ts";

type Any = any;

const py = await loadWithPackages();
await py.loadPackage("numpy");
const worker = await loadWithPackages({ kernel: "worker" });
after(() => worker.terminate());

/** The value of the last line, as JSON. */
const answer = (code: string, kernel: Any = py) =>
  JSON.parse(
    kernel.runPython(
      `import json, numpy as np\n${code.replaceAll(/^ {4}/gm, "")}\njson.dumps(result)`,
    ),
  );

test("numpy: the version of the recipe is loaded", () => {
  assert.deepEqual(Object.keys(py.loadedPackages), ["numpy"]);
  assert.equal(answer("result = np.__version__"), "2.2.4");
});

test("numpy: imports of a program load it, in a worker too", async () => {
  await worker.loadPackagesFromImports("import numpy as np");

  assert.equal(answer("result = int(np.arange(10).sum())", worker), 45);
});

test("numpy: arithmetic, broadcasting, selection, sorting, text and dates", () => {
  const result = answer(`
    a = np.arange(12.0).reshape(3, 4)
    words = np.array(["é", "beta", "alpha"])
    result = [
        (a + np.array([10, 20, 30, 40]))[1].tolist(), a[a % 2 == 0].sum().item(), a.T[::2, -1].tolist(),
        np.sort(np.array([3, 1, 2], dtype="i8"))[::-1].tolist(), np.sort(words).tolist(),
        str(np.datetime64("2026-02-28") + np.timedelta64(1, "D")), np.float16(0.1).item(),
        np.einsum("ij,kj->ik", a, a)[2, 2].item(), np.percentile(a, 50).item(),
    ]
  `);

  assert.deepEqual(result, [
    ...[[14, 25, 36, 47], 30, [8, 10], [3, 2, 1], ["alpha", "beta", "é"], "2026-03-01"],
    ...[0.0999755859375, 366, 5.5],
  ]);
});

test("numpy: linear algebra agrees with what it computes", () => {
  const result = answer(`
    a = np.array([[4.0, 1, 2], [1, 3, 0], [2, 0, 5]])
    b = np.array([1.0, 2, 3])
    q, r = np.linalg.qr(a)
    u, s, v = np.linalg.svd(a)
    values, vectors = np.linalg.eigh(a)
    big = np.random.default_rng(1).random((120, 120))
    result = [
        np.allclose(a @ np.linalg.solve(a, b), b), round(np.linalg.det(a), 9), np.allclose(q @ r, a),
        np.allclose((u * s) @ v, a), np.allclose(vectors * values @ vectors.T, a),
        np.allclose(big @ np.linalg.inv(big), np.eye(120)),
    ]
  `);

  assert.deepEqual(result, [true, 43, true, true, true, true]);
});

test("numpy: transforms and random numbers are those of every platform", () => {
  const result = answer(`
    x = np.random.default_rng(42).random(64)
    result = [np.allclose(np.fft.irfft(np.fft.rfft(x)), x), np.random.default_rng(0).integers(0, 100, 5).tolist(),
              np.random.RandomState(0).rand(2).round(6).tolist()]
  `);

  assert.deepEqual(result, [true, [85, 63, 51, 26, 30], [0.548814, 0.715189]]);
});

test("numpy: arrays cross as buffers, both ways", () => {
  const array = py.runPython("import numpy as np; np.arange(6, dtype='f4').reshape(2, 3)");
  const view = array.getBuffer("f32");
  view.data[view.offset] = 7;
  assert.deepEqual(
    [view.shape, view.strides],
    [
      [2, 3],
      [3, 1],
    ],
  );
  view.release();
  assert.deepEqual(array.toJs(), [new Float32Array([7, 1, 2]), new Float32Array([3, 4, 5])]);
  array.destroy();

  py.globals.set("typed", new Float64Array([1.5, 2.5]));
  assert.equal(py.runPython("float(np.asarray(typed.to_py()).sum())"), 4);
});

test("numpy: what cannot be computed raises, or warns as errstate says", () => {
  const result = answer(`
    import warnings
    def outcome(act):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try: act()
            except Exception as error: return type(error).__name__
            return [str(warning.message) for warning in caught]
    def strictly(act):
        with np.errstate(all="raise"): act()
    one = np.array([1])
    result = [
        outcome(lambda: np.linalg.inv(np.zeros((2, 2)))), outcome(lambda: np.linalg.solve(np.ones((2, 2)), np.ones(2))),
        outcome(lambda: np.linalg.cholesky(-np.eye(2))), outcome(lambda: one // 0), outcome(lambda: strictly(lambda: one // 0)),
        outcome(lambda: np.linalg.inv(np.eye(2))), outcome(lambda: one // 1),
    ]
  `);

  assert.deepEqual(result, [
    ...["LinAlgError", "LinAlgError", "LinAlgError"],
    ...[["divide by zero encountered in floor_divide"], "FloatingPointError", [], []],
  ]);
});

test("numpy: files of arrays, and errors as numpy's", () => {
  const result = answer(`
    np.save("/tmp/a.npy", np.eye(2))
    errors = []
    for wrong in (lambda: np.zeros(2) + np.zeros(3), lambda: np.zeros(2)[5], lambda: np.loadtxt(["1 x"])):
        try: wrong()
        except Exception as error: errors.append(type(error).__name__)
    result = [np.load("/tmp/a.npy").tolist(), np.loadtxt(["1 2", "3 4"]).tolist(), errors]
  `);

  assert.deepEqual(result, [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 2],
      [3, 4],
    ],
    ["ValueError", "IndexError", "ValueError"],
  ]);
});

test("numpy: what tests of other packages use of it", () => {
  const result = answer(`
    import numpy.testing
    numpy.testing.assert_allclose([1, 2], [1, 2 + 1e-9])
    try: numpy.testing.assert_array_equal([1], [2])
    except AssertionError as error: result = "Mismatched elements" in str(error)
  `);

  assert.equal(result, true);
});
