import assert from "node:assert/strict";
import { after, test } from "node:test";
import { distUrl } from "../support/dist.ts";

type Any = any;

const { loadPyodide } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options: object) => Promise<Any>;
};
const py = await loadPyodide({ kernel: "worker", sync: false });
after(() => py.terminate());

test("stack switching, worker: what the loop runs may wait for the program; what else is called comes behind it", async () => {
  const written: string[] = [];
  const decoder = new TextDecoder();
  await py.setStdout({
    write(bytes: Uint8Array) {
      written.push(decoder.decode(bytes));
      return bytes.length;
    },
  });
  await py.setStdin({ stdin: () => new Promise((resolve) => setTimeout(resolve, 20, "line")) });
  await py.runPython(`
    import asyncio
    from pyodide.ffi import run_sync
    async def speak(n):
        print("begin", n)
        text = input()
        print("read", n)
        run_sync(asyncio.sleep(0.01))
        print("end", n)
        return text
  `);
  const speak = await py.globals.get("speak");

  const calls = [1, 2, 3].map((n) => speak(n));
  const sum = py.runPython("1 + 1");
  const answers = await Promise.all(calls);

  assert.deepEqual(answers, ["line", "line", "line"]);
  assert.equal(await sum, 2);
  const words = written.join("").trim().split("\n");
  for (const n of [1, 2, 3]) {
    const mine = words.filter((word) => word.endsWith(` ${n}`));
    assert.deepEqual(mine, [`begin ${n}`, `read ${n}`, `end ${n}`]);
  }
});

test("stack switching, worker: what the loop runs counts as computing, its waits do not (BY-limits)", async () => {
  const limited = await loadPyodide({ kernel: "worker", sync: false, limits: { cpu: 800 } });
  await limited.runPythonAsync(`
    import asyncio
    from pyodide.ffi import run_sync
    run_sync(asyncio.sleep(1.5))
  `);
  const failure = await limited.runPythonAsync("while True: pass").then(
    () => undefined,
    (error: Any) => error,
  );

  assert.equal(failure?.name, "KernelDied");
  assert.match(failure.message, /limits\.cpu/);
});
