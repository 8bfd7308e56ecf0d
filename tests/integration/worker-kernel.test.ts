import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { distUrl } from "../support/dist.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const worker = { kernel: "worker" };
/** Of tests that start kernels or change threads often, which takes a hundred times longer on a machine that is busy. */
const BUSY_LIMIT_MS = 120_000;

const py: Any = await startKernel(worker);

test("worker: values, proxies, callbacks and errors cross in both directions", () => {
  const seen: unknown[] = [];
  const f = py.runPython("lambda callback, n: callback(n + 1, [n])");

  const answer = f((n: number, list: Any) => {
    seen.push(n, list.toJs());
    return { n };
  }, 1);

  assert.deepEqual(seen, [2, [1]]);
  assert.deepEqual(answer, { n: 2 });
  assert.throws(() => py.runPython("{}['missing']"), { name: "PythonError", type: "KeyError" });
  f.destroy();
});

test("ER-round: an error that crosses twice is the same object", () => {
  const thrown = new RangeError("mine");
  const call = py.runPython("lambda f: f()");

  assert.throws(
    () =>
      call(() => {
        throw thrown;
      }),
    { name: "PythonError", type: "JsException" },
  );
  const caught = py.runPython(`
def catch(f):
    try:
        f()
    except Exception as e:
        return e.js_error
catch`);
  assert.equal(
    caught(() => {
      throw thrown;
    }),
    thrown,
  );
  caught.destroy();
  call.destroy();
});

test(
  "BY-nest: calls nest to depth 64, and one more is an error that leaves the kernel usable",
  () => {
    const back = py.runPython("lambda f, n: f(n)");
    const descend = (n: number): number => (n === 0 ? 0 : 1 + back(descend, n - 1));

    assert.equal(descend(30), 30);
    assert.throws(() => descend(200), /RecursionError|recursion/);
    assert.equal(descend(30), 30);
    back.destroy();
  },
  BUSY_LIMIT_MS,
);

test("worker: a call that does not fit in a frame fails, and gives back what it carried", () => {
  const f = py.runPython("lambda *args: len(args)");
  const carried = new Map();
  const heldMaps = () =>
    py.handles().javascript.find(({ type }: Any) => type === "Map")?.count ?? 0;
  const before = heldMaps();

  assert.throws(() => f(carried, ...Array(20_000).fill(1)), { name: "LimitPassed" });
  assert.equal(f(1, 2), 2);
  assert.equal(heldMaps(), before);
  f.destroy();
});

test("worker: output is delivered before the return of the call that wrote it", () => {
  const lines: string[] = [];
  py.setStdout({ batched: (line: string) => lines.push(line) });

  py.runPython("print('a'); print('b')");

  assert.deepEqual(lines, ["a", "b"]);
  py.setStdout();
});

test("worker: asyncio runs on the worker's own timers, and callbacks reach the client's event loop", async () => {
  const result = await py.runPythonAsync(`
import asyncio
from js import Promise
async def twice(x):
    await asyncio.sleep(0.01)
    return 2 * x
[await asyncio.gather(twice(1), twice(2)), await Promise.resolve(7)]
`);

  assert.deepEqual(result.toJs(), [[2, 4], 7]);
  result.destroy();
});

test(
  "BY-order: calls and releases that come while a task of Python's is writing wait for their turn",
  async () => {
    let printed = 0;
    py.setStdout({ batched: () => printed++ });
    const task = py.runPython(`
import asyncio
class Loud:
    def __del__(self):
        print("gone")
async def chatter():
    for i in range(300):
        print(i)
        await asyncio.sleep(0)
asyncio.ensure_future(chatter())
`);
    for (let i = 0; i < 100; i++) {
      py.runPython("Loud()").destroy();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(py.runPython(`${i} + 1`), i + 1);
    }
    await task;

    assert.equal(printed, 400);
    py.setStdout();
  },
  BUSY_LIMIT_MS,
);

test("FS-ErrnoError: the file system answers with values and with errno", () => {
  const { FS, ERRNO_CODES, PATH } = py;
  FS.mkdirTree("/tmp/w/x");
  FS.writeFile("/tmp/w/x/a", Uint8Array.of(1, 2, 3));
  const stream = FS.open("/tmp/w/x/a", "r+");
  const buffer = new Uint8Array(4);

  assert.equal(FS.read(stream, buffer, 1, 3), 3);
  assert.deepEqual([...buffer], [0, 1, 2, 3]);
  assert.equal(FS.write(stream, Uint8Array.of(9), 0, 1, 0), 1);
  FS.close(stream);
  assert.deepEqual([...FS.readFile("/tmp/w/x/a")], [9, 2, 3]);
  assert.deepEqual(FS.readdir("/tmp/w"), [".", "..", "x"]);
  const { mode, mtime } = FS.stat("/tmp/w/x");
  assert.ok(FS.isDir(mode) && mtime instanceof Date);
  assert.throws(
    () => FS.readFile("/tmp/w/nothing"),
    (error: Any) => {
      return error instanceof FS.ErrnoError && error.errno === ERRNO_CODES.ENOENT;
    },
  );
  assert.equal(PATH.join("a", "../b"), "b");
});

test("BY-interrupt: a signal ends a computation, a sleep and a read", async () => {
  const endless = ["while True: pass", "import time; time.sleep(60)", "input()"];
  py.setStdin({
    read() {
      throw Object.assign(new Error("later"), { code: "EAGAIN" });
    },
  });
  for (const code of endless) {
    const words = new Int32Array(new SharedArrayBuffer(8));
    py.setInterruptBuffer(words);
    const thread = await signalAgainAndAgain(words);
    assert.throws(() => py.runPython(code), { type: "KeyboardInterrupt" }, code);
    await thread.terminate();
    words[0] = 0;
    assert.equal(py.runPython("1 + 1"), 2);
  }
  py.setInterruptBuffer();
  py.setStdin();
});

/** Another thread stores the signal while this one is blocked; again, since one that comes too early hits something else. */
async function signalAgainAndAgain(words: Int32Array): Promise<Worker> {
  const code = `
    const { workerData } = require("node:worker_threads");
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      Atomics.wait(never, 0, 0, 100);
      workerData[0] = 2;
    }
  `;
  const thread = new Worker(code, { eval: true, workerData: words, execArgv: [] });
  await once(thread, "online");
  return thread;
}

test(
  "BY-fatal: a kernel that ends itself, or is ended, fails its calls with the reason",
  async () => {
    const exiting = await load(worker);
    assert.throws(() => exiting.runPython("import os; os._exit(3)"), { name: "Exit", status: 3 });
    assert.throws(() => exiting.runPython("1"), /already exited/);

    const ended = await load(worker);
    const pending = ended.runPythonAsync("import asyncio; await asyncio.sleep(60)");
    ended.terminate();
    await assert.rejects(pending, { name: "KernelDied" });
    assert.throws(() => ended.runPython("1"), /can no longer be used/);
  },
  BUSY_LIMIT_MS,
);

test(
  "BY-restart: a fresh kernel behind the same object, with handlers and modules; old proxies are stale",
  async () => {
    const lines: string[] = [];
    const kernel = await load({ ...worker, stdout: (line: string) => lines.push(line) });
    kernel.registerJsModule("ours", { answer: 42 });
    const list = kernel.runPython("x = 1; [1]");
    const pending = assert.rejects(
      kernel.runPythonAsync("import asyncio; await asyncio.sleep(60)"),
      {
        name: "KernelDied",
      },
    );

    await kernel.restart();
    await pending;

    assert.equal(kernel.runPython("import ours; print('again'); ours.answer"), 42);
    assert.equal(kernel.runPython("'x' in globals()"), false);
    assert.deepEqual(lines, ["again"]);
    assert.throws(() => list.length, { name: "StaleHandle" });
    await kernel.restart({ from: "cold" });
    assert.equal(kernel.runPython("6 * 7"), 42);
  },
  BUSY_LIMIT_MS,
);

test(
  "BY-restart: a kernel that died can be restarted",
  async () => {
    const kernel = await load(worker);
    assert.throws(() => kernel.runPython("import os; os._exit(1)"), { name: "Exit" });

    await kernel.restart();

    assert.equal(kernel.runPython("1 + 1"), 2);
  },
  BUSY_LIMIT_MS,
);

/** The worker's script, with a thread that ends without a word when Python asks for the time zone of 1971. */
const KILLED_HARD = `
  const { getTimezoneOffset } = Date.prototype;
  Date.prototype.getTimezoneOffset = function () {
    if (this.getFullYear() === 1971) process.exit(9);
    return getTimezoneOffset.call(this);
  };
  await import(${JSON.stringify(distUrl("krait.worker.mjs"))});
`;

test(
  "BY-fatal: a blocked caller learns within a second that the worker's thread is gone",
  async () => {
    const file = path.join(await temporaryFolder(), "killed.mjs");
    writeFileSync(file, KILLED_HARD);
    const kernel = await load({ ...worker, workerURL: file });
    const start = performance.now();

    assert.throws(() => kernel.runPython("import time; time.mktime((1971,) + (1,) * 8)"), {
      name: "KernelDied",
    });

    assert.ok(performance.now() - start < 1000);
    await kernel.restart();
    assert.equal(kernel.runPython("1"), 1);
  },
  BUSY_LIMIT_MS,
);

test(
  "worker: several kernels are independent",
  async () => {
    const other = await load(worker);
    py.runPython("name = 'one'");
    other.runPython("name = 'other'");

    assert.deepEqual([py.globals.get("name"), other.globals.get("name")], ["one", "other"]);
    other.terminate();
  },
  BUSY_LIMIT_MS,
);

test("worker: a script that cannot be loaded rejects with a typed error that names it", async () => {
  await assert.rejects(load({ ...worker, workerURL: distUrl("nowhere.mjs") }), {
    name: "WorkerFailed",
    message: /nowhere\.mjs/,
  });
});

test("worker: a program ends when it has nothing more to do, and not before Python's timers", () => {
  const script = `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide({ kernel: "worker" });
    py.runPython("import asyncio; asyncio.get_event_loop().call_later(0.2, print, 'later')");
    console.log("now");
  `;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });

  assert.equal(stdout, "now\nlater\n");
  assert.equal(status, 0);
});
