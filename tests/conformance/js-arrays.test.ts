import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** An array-like of its own class: indexed, with a length and an iterator. */
function arrayLike(...items: unknown[]): object {
  return Object.assign(Object.create({ [Symbol.iterator]: [][Symbol.iterator] }), items, {
    length: items.length,
  });
}

test("JP-array: reading by position", async () => {
  await claim(
    py,
    { x: [1, 2, 3, 4] },
    `
    class Two:
        def __index__(self): return 2
    assert (x[0], x[3], x[-1], x[-4], x[True], x[Two()]) == (1, 4, 4, 1, 2, 3)
    assert len(x) == 4 and 3 in x and 9 not in x
    assert list(x) == [1, 2, 3, 4] and list(reversed(x)) == [4, 3, 2, 1]
    for code in ("x[4]", "x[-5]", "x[10**30]"): raises(IndexError, code)
    `,
  );
});

test("JP-array: slices are new arrays", async () => {
  const x = [1, 2, 3, 4, 5];
  await claim(
    py,
    { x },
    `
    from pyodide.ffi import JsArray
    plain = [1, 2, 3, 4, 5]
    for s in (slice(1, 3), slice(None), slice(None, None, 2), slice(None, None, -2), slice(-3, -1), slice(4, 1, -1),
              slice(3, 1), slice(0, 99), slice(-99, 2), slice(2, None, -1)):
        assert list(x[s]) == plain[s] and isinstance(x[s], JsArray), s
    assert x[:] != x
    raises(ValueError, "x[::0]")
    `,
  );
  assert.deepEqual(x, [1, 2, 3, 4, 5]);
});

test("JP-array: writing, deleting, and assigning to slices has list semantics", async () => {
  const changes = [
    "x[0] = 'a'",
    "x[-1] = 'z'",
    "del x[1]",
    "del x[-1]",
    "x.append(9)",
    "x.extend([8, 9])",
    "x.extend(())",
    "x.extend(i for i in (7, 8))",
    "x.extend(x)",
    "x.insert(0, 9)",
    "x.insert(2, 9)",
    "x.insert(99, 9)",
    "x.insert(-1, 9)",
    "x.insert(-99, 9)",
    "x.pop()",
    "x.pop(0)",
    "x.pop(-2)",
    "x.reverse()",
    "x.clear()",
    "x.remove(2)",
    "x += [9]",
    "x += x",
    "x *= 2",
    "x *= 0",
    "x *= -1",
    "x[1:2] = []",
    "x[1:2] = [7, 8, 9]",
    "x[:] = range(9)",
    "x[5:] = [1]",
    "x[3:1] = [7]",
    "x[1:1] = x",
    "x[::2] = [7, 8, 9]",
    "x[::-1] = [7, 8, 9, 10, 11]",
    "del x[1:3]",
    "del x[::2]",
    "del x[::-2]",
    "del x[3:1]",
    "del x[4:0:-2]",
    "del x[:]",
    "x[-2:] = (1,)",
  ];
  for (const change of changes) {
    const x = [0, 1, 2, 3, 4];
    await claim(
      py,
      { x },
      `
      array = x
      x = [0, 1, 2, 3, 4]
      ${change}
      expected, x = x, array
      ${change}
      assert list(x) == expected and x == array, (list(x), expected)
      `,
    );
  }
});

test("JP-array: assignment beyond the end extends", async () => {
  const x: unknown[] = [1];
  await claim(py, { x }, "x[3] = 4\nassert len(x) == 4 and x[3] == 4\nraises(IndexError, 'x[2]')");
  assert.deepEqual(Object.keys(x), ["0", "3"]);
});

test("JP-array: objects that are stored stay alive", async () => {
  const x: Any[] = [];
  await claim(
    py,
    { x },
    "x.append([1])\nx.extend([[2]])\nx.insert(0, [3])\nx[3:] = [[4]]\nx += [[5]]\nassert [y[0] for y in x] == [3, 1, 2, 4, 5]",
  );
  assert.equal(x.length, 5);
  for (const proxy of x) {
    assert.equal(await proxy.length, 1);
    await proxy.destroy();
  }
});

test("JP-array: + and * give new arrays", async () => {
  const x = [1];
  const made: unknown[] = [];
  await claim(
    py,
    { x, see: (value: unknown) => void made.push(value) },
    `
    see(x + [2, 3]), see(x + (4,)), see(x + x), see(x * 3), see(3 * x), see(x * 0), see(x * -1)
    raises(TypeError, "x + 5")
    raises(TypeError, "x * 'a'")
    `,
  );
  assert.deepEqual(made, [[1, 2, 3], [1, 4], [1, 1], [1, 1, 1], [1, 1, 1], [], []]);
  assert.deepEqual(x, [1]);
});

test("JP-array: pop gives the item", async () => {
  await claim(
    py,
    { x: [1, { a: 5 }, 3, "four"] },
    `
    assert x.pop() == "four" and x.pop(0) == 1 and x.pop(-2).a == 5 and list(x) == [3]
    raises(IndexError, "x.pop(5)")
    x.pop()
    raises(IndexError, "x.pop()", "^pop from empty list$")
    raises(IndexError, "x.pop(0)", "^pop from empty list$")
    `,
  );
});

test("JP-array: a hole is an IndexError, an undefined element None", async () => {
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  const x = [, undefined, null];
  await claim(
    py,
    { x },
    "raises(IndexError, 'x[0]')\nassert x[1] is None and x[2] is jsnull and list(x)[:2] == [None, None]",
  );
});

test("JP-array: wrong uses raise what they raise for a list", async () => {
  await claim(
    py,
    { x: [1, 2, 3, 4] },
    `
    message = "^list indices must be integers or slices, not "
    raises(TypeError, "x['a']", message + "str$")
    raises(TypeError, "x[1.5]", message + "float$")
    raises(TypeError, "x[None] = 1", message + "NoneType$")
    raises(TypeError, "del x[()]", message + "tuple$")
    for code in ("x.index(9)", "x.remove(9)", "x[::2] = [1]", "x[::2] = [1, 2, 3]", "x[::-1] = []"):
        raises(ValueError, code)
    for code in ("x[-5] = 1", "del x[4]", "del x[-5]"):
        raises(IndexError, code)
    for code in ("x[0:1] = 5", "x.extend(5)", "x += 5"):
        raises(TypeError, code)
    assert list(x) == [1, 2, 3, 4]
    `,
  );
});

test("JP-array: Python's own protocols see a mutable sequence", async () => {
  await claim(
    py,
    { x: [3, 1, 2] },
    `
    from collections.abc import MutableSequence, Sequence
    assert isinstance(x, MutableSequence) and isinstance(x, Sequence)
    match x:
        case [a, *rest]: assert a == 3 and list(rest) == [1, 2]
        case _: assert False
    match x:
        case {}: assert False
    a, *b = x
    assert a == 3 and b == [1, 2] and sorted(x) == [1, 2, 3] and sum(x) == 6 and max(x) == 3
    assert [*x, *x] == [3, 1, 2, 3, 1, 2] and dict(enumerate(x)) == {0: 3, 1: 1, 2: 2}
    `,
  );
});

test("JP-array.eq: index and count compare values as === does", async () => {
  const object = {};
  const x = [true, 1, 1n, "1", null, undefined, NaN, object, 2n ** 60n, 1.5];
  await claim(
    py,
    { x, object, other: {} },
    `
    from pyodide.ffi import JsBigInt
    assert x.index(1) == x.index(1.0) == 1 and x.index(True) == 0 and x.index(JsBigInt(1)) == 2
    assert x.index("1") == 3 and x.index(jsnull) == 4 and x.index(None) == 5
    assert x.index(object) == 7 and x.index(2**60) == 8 and x.index(1.5) == 9
    assert x.count(1) == x.count(True) == x.count("1") == x.count(None) == x.count(JsBigInt(1)) == 1
    for code in ("x.index(float('nan'))", "x.index(other)", "x.index(False)", "x.index([])", "x.index((1,))"):
        raises(ValueError, code)
    assert x.count(float("nan")) == x.count(other) == x.count([]) == 0
    `,
  );
});

test("JP-array.eq: elements that are proxies compare as Python does", async () => {
  const list = await py.runPython("[(1, 2), (1, 2), [3], 1j]");
  const x: Any[] = [0];
  for (let i = 0; i < 4; i++) x.push(await list.get(i));

  await claim(
    py,
    { x },
    `
    class Equal:
        def __eq__(self, other): return other == (1, 2)
    assert x.index((1, 2)) == 1 and x.count((1, 2)) == 2 and x.index([3]) == 3 and x.index(1j) == 4
    assert x.count(Equal()) == 2
    class Fails:
        def __eq__(self, other): raise LookupError("in eq")
    raises(LookupError, "x.index(Fails())", "in eq")
    raises(LookupError, "x.count(Fails())", "in eq")
    x.remove((1, 2))
    assert x.index((1, 2)) == 1 and len(x) == 4
    `,
  );
  for (const proxy of [list, ...x.slice(1)]) await proxy.destroy();
});

test("JP-array: index takes a range", async () => {
  await claim(
    py,
    { x: [1, 2, 1, 2] },
    `
    assert x.index(1, 1) == 2 and x.index(2, -1) == 3 and x.index(1, -99, 1) == 0 and x.index(2, 0, -1) == 1
    for code in ("x.index(1, 3)", "x.index(2, 2, 3)", "x.index(2, 0, 1)", "x.index(2, 0, -3)"):
        raises(ValueError, code)
    `,
  );
});

test("JP-arrayLike: a read-only sequence", async () => {
  await claim(
    py,
    { x: arrayLike(5, 6, { a: 7 }), text: new String("añ🐍") },
    `
    from collections.abc import MutableSequence, Sequence
    assert (x[0], x[-2], x[2].a, len(x)) == (5, 6, 7, 3) and isinstance(x, Sequence)
    assert list(x[:2]) == [5, 6] and list(x[::-2])[1] == 5 and x[1:] != x
    assert list(reversed(x))[1:] == [6, 5] and list(x + [8])[3] == 8 and len(x * 2) == 6
    assert x.index(6) == 1 and x.count(5) == 1 and 6 in x and 9 not in x
    assert not isinstance(x, MutableSequence) and not hasattr(x, "append")
    for code in ("x[0] = 1", "del x[0]"): raises(TypeError, code)
    for code in ("x[3]", "x[-4]"): raises(IndexError, code)
    match x:
        case [5, 6, _]: pass
        case _: assert False
    assert text[0] == "a" and len(text) == 4 and list(text) == ["a", "ñ", "🐍"]
    `,
  );
});

test("JP-arrayLike: without an iterator there is only len", async () => {
  await claim(
    py,
    { x: { length: 1, 0: 5 } },
    `
    assert len(x) == 1
    raises(TypeError, "x[0]", "not subscriptable")
    raises(TypeError, "iter(x)", "not iterable")
    `,
  );
});

test("JP-typedArray: items are read and written, the length is fixed", async () => {
  const x = new Int16Array([5, 6, 7]);
  const big = new BigInt64Array(1);
  await claim(
    py,
    { x, big },
    `
    from collections.abc import MutableSequence, Sequence
    from pyodide.ffi import JsBigInt
    assert x[0] + x[-1] + len(x) == 15 and list(x) == [5, 6, 7] == list(reversed(x))[::-1]
    x[1] = 60
    x[-1] = 70.9
    assert list(x) == [5, 60, 70] and 60 in x and 6 not in x and x.index(60) == 1 and x.count(70) == 1
    x.reverse()
    assert list(x) == [70, 60, 5]
    big[0] = JsBigInt(5)
    assert big[0] == 5 and type(big[0]) is JsBigInt
    raises(JsException, "big[0] = 5", "^TypeError")
    for code in ("x[0:1]", "x[:]", "x[0:1] = [1]"): raises(NotImplementedError, code)
    for code in ("del x[0]", "del x[0:1]", "x['a']", "x + [1]"): raises(TypeError, code)
    for code in ("x[3]", "x[-4]", "x[3] = 1"): raises(IndexError, code)
    raises(ValueError, "x.index(9)")
    assert isinstance(x, Sequence) and not isinstance(x, MutableSequence) and not hasattr(x, "append")
    `,
  );
  assert.deepEqual(x, new Int16Array([70, 60, 5]));
});

test("JP-typedArray: subarray shares the memory", async () => {
  const x = new Uint8Array([1, 2, 3]);
  await claim(py, { x }, "y = x.subarray(1, 3)\ny[0] = 9\nassert list(y) == [9, 3] and x[1] == 9");
});

test("JP-len: size, else length, when they are lengths", async () => {
  const unfit = [
    { length: "many" },
    { length: 1.5 },
    { length: NaN },
    { length: null },
    { length: true },
    { length: {} },
  ];
  await claim(
    py,
    {
      unfit,
      set: new Set([1, 2]),
      both: { size: 3, length: 4 },
      text: { size: "a", length: 4 },
      f: (_: number) => 1,
      most: { length: 2 ** 31 - 1 },
      zero: { length: 0 },
      none: {},
      negative: { length: -3 },
      large: { length: 2 ** 31 },
      larger: { size: 1e300 },
    },
    `
    assert (len(set), len(both), len(text), len(most), len(zero)) == (2, 3, 4, 2**31 - 1, 0)
    raises(ValueError, "len(negative)", "length -3 of object is negative")
    raises(OverflowError, "len(large)")
    for i in range(unfit.length): raises(TypeError, f"len(unfit[{i}])")
    for code in ("len(f)", "len(none)"): raises(TypeError, code)
    `,
  );
});

test("JP-iter, JP-len: a large array is read at once", async () => {
  const x = Array.from({ length: 50_000 }, (_, i) => i);
  await claim(py, { x }, "assert sum(x) == 1_249_975_000 and len(x) == 50_000");
});
