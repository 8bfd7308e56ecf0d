import assert from "node:assert/strict";
import type { Any } from "../support/kernel.ts";

/** What one cycle does with a kernel; it leaves nothing behind on either side. */
export type Cycle = (i: number) => unknown;

const SETUP = `
import asyncio
class Thing:
    def __init__(self, n):
        self.n = n
        self.inner = [n, str(n)]
    def add(self, *args, **kwargs):
        return self.n + sum(args) + len(kwargs)
    def fail(self):
        raise LookupError(self.n)
def make(n): return Thing(n)
def build(n): return [{"k": i, "v": [i, str(i)]} for i in range(n % 5)]
def steps(n):
    for i in range(n): yield [i]
def apply(f, *args): return f(*args)
def look(o): return o.x + len(o.items) + o.method(1)
def keep(o):
    global kept
    kept = o
async def later(x):
    await asyncio.sleep(0)
    return [x]
`;
const FUNCTIONS = ["make", "build", "steps", "apply", "look", "keep", "later"] as const;

type Functions = Record<(typeof FUNCTIONS)[number], Any>;

/** Every kind of work at the border: create, convert, call, destroy, in both directions. */
export async function makeCycles(py: Any): Promise<Cycle[]> {
  await py.runPython(SETUP);
  const functions = Object.fromEntries(
    await Promise.all(FUNCTIONS.map(async (name) => [name, await py.globals.get(name)])),
  ) as Functions;
  return [...ownCycles(py, functions), ...foreignCycles(py, functions)];
}

/** Objects of Python in JavaScript. */
function ownCycles(py: Any, { make, build, steps, later }: Functions): Cycle[] {
  return [
    async (i) => {
      const thing = await make(i);
      assert.equal(await thing.add(1, 2), i + 3);
      assert.equal(await thing.add.callKwargs(1, { a: 1 }), i + 2);
      await thing.destroy();
    },
    async (i) => {
      const thing = await make(i);
      thing.n = i + 1;
      assert.equal(await thing.inner.get(0), i);
      assert.equal(await thing.n, i + 1);
      const copy = await thing.copy();
      await thing.destroy();
      await copy.destroy();
    },
    async (i) => {
      const list = await build(i);
      const converted = await list.toJs({ dict_converter: Object.fromEntries });
      assert.equal(converted.length, i % 5);
      await list.destroy();
    },
    async (i) => {
      const list = await py.toPy([i, { a: [`text ${i}`, new Map([[i, true]])] }]);
      assert.equal(await list.get(0), i);
      await list.destroy();
    },
    async (i) => {
      const generator = await steps(3);
      for await (const item of generator) assert.equal(await item.length, 1);
      await generator.destroy();
      assert.equal(await py.runPython(`${i % 7} + 1`), (i % 7) + 1);
    },
    async (i) => {
      const thing = await make(i);
      await assert.rejects(async () => thing.fail(), /LookupError/);
      await thing.destroy();
    },
    async () => {
      const bytes = await py.runPython("bytearray(64)");
      const view = await bytes.getBuffer();
      view.data[1] = 7;
      assert.equal(await bytes.get(1), 7);
      await view.release();
      await bytes.destroy();
    },
    async (i) => {
      const list = await later(i);
      assert.equal(await list.get(0), i);
      await list.destroy();
    },
    async (i) => {
      const inside = await py.scope(async () => (await make(i)).inner.get(1));
      assert.equal(inside, String(i));
    },
  ];
}

/** Objects of JavaScript in Python. */
function foreignCycles(py: Any, { apply, look, keep }: Functions): Cycle[] {
  return [
    async (i) => {
      assert.equal(await apply((x: number) => x + i, 1), i + 1);
    },
    async (i) => {
      const object = { x: i, items: [1, 2], method: (y: number) => y };
      assert.equal(await look(object), i + 3);
    },
    async (i) => {
      await keep({ i });
      await keep([i]);
      await keep(undefined);
    },
    async () => {
      const failing = () => {
        throw new RangeError("in a cycle");
      };
      await assert.rejects(async () => apply(failing), /RangeError: in a cycle/);
    },
    async (i) => {
      const list = await py.runPython("[]");
      await list.append({ i });
      assert.deepEqual(await list.get(0), { i });
      await list.destroy();
    },
  ];
}
