import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import array, collections");

/** Reads an iterator of Python, or of a proxy, to its end. */
async function all(iterator: Any): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of await iterator) items.push(item);
  return items;
}

test("PX-seq.index: reading", async () => {
  const list = await py.runPython("[1, 2, 3]");
  const tuple = await py.runPython("(4, 5)");

  assert.equal(await list[0], 1);
  assert.equal(await list["2"], 3);
  assert.equal(await list[3], undefined);
  assert.equal(await list["-1"], undefined);
  assert.equal(await list["1.5"], undefined);
  assert.equal(await list["01"], undefined);
  assert.equal(await tuple[1], 5);
  await list.destroy();
  await tuple.destroy();
});

test("PX-seq.index: writing and deleting", async () => {
  const list = await py.runPython("[1, 2, 3]");

  list[0] = "first";
  assert.equal(await list[0], "first");
  delete list[1];
  assert.deepEqual(await list.toJs(), ["first", 3]);
  await list.destroy();
});

testOfValues("PX-seq.index: in", async () => {
  const list = await py.runPython("[1, 2]");

  assert.equal(0 in list, true);
  assert.equal(1 in list, true);
  assert.equal(2 in list, false);
  assert.equal((-1) in list, false);
  await list.destroy();
});

testOfValues("PX-seq.index: out of range and on immutable sequences", async () => {
  const list = await py.runPython("[1, 2]");
  const tuple = await py.runPython("(1, 2)");

  assert.throws(() => {
    list[2] = 1;
  }, TypeError);
  assert.throws(() => {
    delete list[9];
  }, TypeError);
  await failsInPython(() => {
    tuple[0] = 1;
  }, "TypeError");
  await failsInPython(() => {
    delete tuple[0];
  }, "TypeError");
  assert.deepEqual(await list.toJs(), [1, 2]);
  await list.destroy();
  await tuple.destroy();
});

test("PX-seq.read: the reading methods of arrays", async () => {
  for (const code of ["[1, 2, 3, 2]", "(1, 2, 3, 2)", "array.array('i', [1, 2, 3, 2])"]) {
    const list = await py.runPython(code);
    const seen: unknown[][] = [];

    assert.equal(await list.join("-"), "1-2-3-2");
    assert.equal(await list.join(), "1,2,3,2");
    const slice = await list.slice(1, -1);
    assert.ok(Array.isArray(slice));
    assert.deepEqual(slice, [2, 3]);
    assert.equal(await list.indexOf(2), 1);
    assert.equal(await list.indexOf(2, 2), 3);
    assert.equal(await list.indexOf(9), -1);
    assert.equal(await list.lastIndexOf(2), 3);
    assert.deepEqual(await list.map((x: number, i: number) => x * 10 + i), [10, 21, 32, 23]);
    assert.deepEqual(await list.filter((x: number) => x === 2), [2, 2]);
    const isLarge = (x: number) => x > 2;
    assert.equal(await list.some(isLarge), true);
    assert.equal(await list.every(isLarge), false);
    assert.equal(await list.reduce((a: number, b: number) => a + b), 8);
    assert.equal(await list.reduceRight((a: string, b: number) => a + b, ""), "2321");
    assert.equal(await list.at(-1), 2);
    assert.equal(await list.at(9), undefined);
    assert.deepEqual(await list.concat([9], 10), [1, 2, 3, 2, 9, 10]);
    assert.equal(await list.includes(3), true);
    assert.equal(await list.includes(9), false);
    assert.deepEqual((await all(list.entries()))[1], [1, 2]);
    assert.deepEqual(await all(list.keys()), [0, 1, 2, 3]);
    assert.deepEqual(await all(list.values()), [1, 2, 3, 2]);
    assert.equal(await list.find((x: number) => x > 1), 2);
    assert.equal(await list.find((x: number) => x > 9), undefined);
    assert.equal(await list.findIndex(isLarge), 2);
    await list.forEach((x: number, index: number) => seen.push([x, index]));
    assert.deepEqual(seen, [
      [1, 0],
      [2, 1],
      [3, 2],
      [2, 3],
    ]);
    await list.destroy();
  }
});

test("PX-seq.read: includes is Python's equality, indexOf JavaScript's", async () => {
  const list = await py.runPython("[[1], 2]");
  const equal = await py.runPython("[1]");

  assert.equal(await list.includes(equal), true);
  assert.equal(await list.indexOf(equal), -1);
  await list.destroy();
  await equal.destroy();
});

test("PX-seq.read: an exception of a callback passes through", async () => {
  const list = await py.runPython("[1, 2]");
  const thrown = new RangeError("in the callback");

  const failure: unknown = await failureOf(() =>
    list.map(() => {
      throw thrown;
    }),
  );
  assert.equal(failure, thrown);
  await list.destroy();
});

testOfValues("PX-seq.spread: concat flattens, Array.from works, isArray says no", async () => {
  const list = await py.runPython("[1, 2]");

  assert.equal(await list[Symbol.isConcatSpreadable], true);
  assert.deepEqual(([0] as unknown[]).concat(list), [0, 1, 2]);
  assert.deepEqual(Array.from(list), [1, 2]);
  assert.equal(Array.isArray(list), false);
  await list.destroy();
});

test("PX-seq.write: the writing methods of arrays", async () => {
  for (const code of ["[3, 1]", "collections.deque([3, 1])", "array.array('i', [3, 1])"]) {
    const list = await py.runPython(code);
    const content = () => py.runPython("lambda l: repr(list(l))")(list);

    assert.equal(await list.push(2, 5), 4);
    assert.equal(await list.pop(), 5);
    assert.equal(await list.shift(), 3);
    assert.equal(await list.unshift(7, 8), 4);
    assert.equal(await content(), "[7, 8, 1, 2]");
    const removed = await list.splice(1, 2, 9);
    assert.ok(Array.isArray(removed));
    assert.deepEqual(removed, [8, 1]);
    assert.equal(await content(), "[7, 9, 2]");
    assert.equal(await list.reverse(), list);
    assert.equal(await content(), "[2, 9, 7]");
    assert.equal(await list.copyWithin(0, 1), list);
    assert.equal(await content(), "[9, 7, 7]");
    assert.equal(await list.fill(4, 1), list);
    assert.equal(await content(), "[9, 4, 4]");
    assert.deepEqual(await list.splice(-1), [4]);
    assert.deepEqual(await list.splice(0), [9, 4]);
    assert.equal(await list.pop(), undefined);
    assert.equal(await list.shift(), undefined);
    assert.equal(await list.push(), 0);
    await list.destroy();
  }
});

test("PX-seq.write: removed items are own proxies", async () => {
  const list = await py.runPython("[[1], [2], [3]]");

  const last = await list.pop();
  const [first] = await list.splice(0, 1);
  await list.destroy();
  assert.equal(await last.get(0), 3);
  assert.equal(await first.get(0), 1);
  await last.destroy();
  await first.destroy();
});

test("PX-seq.read, PX-seq.write, PX-seq.sort: what hands no item on leaves no proxies", async () => {
  const list = await py.runPython("[[2], [1], [3]]");
  const liveLists = async () => {
    const { python } = await py.handles();
    return python.find(({ type }: { type: string }) => type === "list").count;
  };
  const before = await liveLists();

  assert.equal(await list.join("+"), "[2]+[1]+[3]");
  assert.equal(await list.indexOf(5), -1);
  assert.equal(await list.lastIndexOf(5), -1);
  await list.sort();
  await list.reverse();
  await list.copyWithin(0, 1);
  assert.equal(await list.toString(), "[[2], [1], [1]]");
  assert.equal(await liveLists(), before);
  await list.destroy();
});

test("PX-seq.sort: by the string forms, None last, or by a comparison; in place", async () => {
  const list = await py.runPython("[10, None, 9, 1, None, 2]");

  assert.equal(await list.sort(), list);
  assert.equal(await list.toString(), "[1, 10, 2, 9, None, None]");
  await list.splice(4);
  assert.equal(await list.sort((a: number, b: number) => a - b), list);
  assert.equal(await list.toString(), "[1, 2, 9, 10]");
  const failure = await failureOf(() =>
    list.sort(() => {
      throw new RangeError("in the comparison");
    }),
  );
  assert.match(failure.message, /in the comparison/);
  assert.equal(await list.length, 4);
  await list.destroy();
});

test("PX-seq.sort: without a Python sort method it throws", async () => {
  for (const code of ["collections.deque([2, 1])", "array.array('i', [2, 1])"]) {
    const proxy = await py.runPython(code);
    assert.ok((await failureOf(() => proxy.sort())) instanceof TypeError);
    assert.equal(await proxy.get(0), 2);
    await proxy.destroy();
  }
});

test("PX-seq.pyname: Python's own methods are behind the dollar", async () => {
  const list = await py.runPython("[3, 1, 2]");

  assert.equal(await list.$pop(0), 3);
  assert.equal(await list.$reverse(), undefined);
  assert.equal(await list.$sort.callKwargs({ reverse: true }), undefined);
  assert.deepEqual(await list.toJs(), [2, 1]);
  await list.append(5);
  assert.equal(await list.at(-1), 5);
  await list.destroy();
});

testOfValues("PX-seq.toJSON, CF-jsonNested: JSON.stringify, nested too", async () => {
  const list = await py.runPython("[1, [2, {'a': 'b'}], 'c', None, True]");

  const expected = '[1,[2,{"a":"b"}],"c",null,true]';
  assert.equal(JSON.stringify(list), expected);
  assert.equal(JSON.stringify(list.asJsJson()), expected);
  assert.ok(Array.isArray(await list.toJSON()));
  await list.destroy();
});
