import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWithPackages } from "../support/packages.ts";

const py = await loadWithPackages({ packages: ["numpy"] });
py.runPython(`
import numpy as np
rng = np.random.default_rng(5)
SIZES = (1, 2, 3, 8, 17, 64, 129, 270)

def random(*shape, dtype):
    values = rng.random(shape) - 0.5
    return (values + 1j * rng.random(shape) if dtype in "FD" else values).astype(dtype)

def differs(found, expected, dtype):
    """einsum sums by itself, without BLAS."""
    tolerance = 2e-4 if dtype in "fF" else 1e-12
    return not np.allclose(found, expected, rtol=tolerance, atol=tolerance)
`);

for (const dtype of ["f", "d", "F", "D"]) {
  test(`numpy, products of ${dtype}: matrices of every size and layout`, () => {
    const wrong = py.runPython(`
wrong = []
for m in SIZES:
    for n in (1, 5, 64, 131):
        for k in (1, 4, 63, 300):
            a, b = random(m, k, dtype="${dtype}"), random(k, n, dtype="${dtype}")
            expected = np.einsum("ik,kj->ij", a, b)
            layouts = {
                "C": (a, b), "F": (np.asfortranarray(a), np.asfortranarray(b)), "CF": (a, np.asfortranarray(b)),
                "strided": (np.repeat(a, 2, axis=1)[:, ::2], np.repeat(b, 2, axis=0)[::2]), "reversed": (a[:, ::-1], b[::-1]),
            }
            for name, (left, right) in layouts.items():
                if differs(left @ right, expected, "${dtype}"): wrong.append(f"{name} {m} {n} {k}")
            into = np.full((m, n), np.nan, dtype="${dtype}")
            np.matmul(a, b, out=into)
            if differs(into, expected, "${dtype}"): wrong.append(f"out {m} {n} {k}")
" ".join(wrong)`);

    assert.equal(wrong, "");
  });

  test(`numpy, products of ${dtype}: a matrix with itself, with vectors, vectors, nothing`, () => {
    const wrong = py.runPython(`
wrong = []
for m in SIZES:
    for k in (1, 30, 260):
        a, x, y = random(m, k, dtype="${dtype}"), random(k, dtype="${dtype}"), random(k, dtype="${dtype}")
        pairs = {
            "self": (a @ a.T, np.einsum("ik,jk->ij", a, a)), "self turned": (a.T @ a, np.einsum("ki,kj->ij", a, a)),
            "vector": (a @ x, np.einsum("ik,k->i", a, x)), "vector F": (np.asfortranarray(a) @ x, np.einsum("ik,k->i", a, x)),
            "vector left": (x @ a.T, np.einsum("k,ik->i", x, a)), "dot": (x @ y, np.einsum("k,k->", x, y)),
            "strided": (x[::-2] @ y[::-2], np.einsum("k,k->", x[::-2], y[::-2])),
            "vdot": (np.vdot(x, y), np.einsum("k,k->", x.conj(), y)),
            "column": (a[:, :1].T @ a[:, :1], np.einsum("ki,kj->ij", a[:, :1], a[:, :1])),
        }
        wrong += [f"{name} {m} {k}" for name, (found, expected) in pairs.items() if differs(found, expected, "${dtype}")]
empty = np.zeros((3, 0), dtype="${dtype}")
if (empty @ empty.T).tolist() != [[0] * 3] * 3 or (empty.T @ empty).shape != (0, 0): wrong.append("empty")
" ".join(wrong)`);

    assert.equal(wrong, "");
  });
}
