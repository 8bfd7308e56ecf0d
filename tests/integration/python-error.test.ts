import assert from "node:assert/strict";
import { rejectsPython, thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("ER-round.py: a Python exception keeps its identity through JavaScript frames", () => {
  py.registerJsModule("hop", { call: (callback: () => unknown) => callback() });
  const claims = py.runPython(`
    import hop
    kept = LookupError("kept")
    def fail():
        raise kept
    try:
        hop.call(fail)
    except LookupError as e:
        same = e is kept
    same
  `);

  assert.equal(claims, true);
  py.unregisterJsModule("hop");
  py.runPython("import sys; del sys.modules['hop']");
});

test("ER-round.py: an older error comes back as a JsException named PythonError", () => {
  let first: unknown;
  py.registerJsModule("late", {
    keep: (callback: () => unknown) => {
      first = thrownBy(callback);
    },
    rethrow: () => {
      throw first;
    },
  });
  const name = py.runPython(`
    import late
    def one(): raise ValueError("first")
    def two(): raise ValueError("second")
    late.keep(one)
    try:
        late.rethrow()
    except ValueError as e:
        while_latest = True
    late.keep(one)
    kept = late.rethrow
    from pyodide.code import run_js
    other = run_js("(f) => { try { f() } catch {} }")
    other(two)
    try:
        kept()
    except Exception as e:
        name = e.name
    name if while_latest else ""
  `);

  assert.equal(name, "PythonError");
  py.unregisterJsModule("late");
  py.runPython("import sys; del sys.modules['late']");
});

test("ER-round.js: a JavaScript error comes back as a PythonError that names it", () => {
  py.registerJsModule("broken", {
    fail() {
      throw new RangeError("out there");
    },
  });

  const error = throwsPython(
    () => py.runPython("import broken\nbroken.fail()"),
    "JsException",
    /RangeError: out there/,
  );
  assert.match(error.message, /broken\.fail\(\)|File "<exec>"/);
  py.unregisterJsModule("broken");
  py.runPython("import sys; del sys.modules['broken']");
});

test("ER-promise: rejections both ways", async () => {
  await rejectsPython(
    () => py.runPython("async def f(): raise KeyError('k')\nf()"),
    "KeyError",
    /'k'/,
  );
  await rejectsPython(
    () =>
      py.runPythonAsync(
        "from pyodide.code import run_js\nawait run_js('Promise.reject(new TypeError(\"no\"))')",
      ),
    "JsException",
    /TypeError: no/,
  );
});

test("errors in many threads of calls do not mix", async () => {
  const errors = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      rejectsPython(
        () =>
          py.runPythonAsync(`import asyncio\nawait asyncio.sleep(0)\nraise ValueError("n${i}!")`),
        "ValueError",
      ),
    ),
  );

  errors.forEach((error, i) => assert.match(error.message, new RegExp(`n${i}!`)));
});
