import assert from "node:assert/strict";
import { rejectsPython, thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("PE-class: an Error of its own class, on pyodide and in ffi", () => {
  const error = thrownBy(() => py.runPython("1 / 0"));

  assert.ok(error instanceof Error);
  assert.ok(error instanceof py.ffi.PythonError);
  assert.equal(py.PythonError, py.ffi.PythonError);
  assert.equal(error.name, "PythonError");
});

const TYPES: [string, string, RegExp][] = [
  ["{}['k']", "KeyError", /\nKeyError: 'k'\n$/],
  ["class A:\n  class B(Exception): pass\nraise A.B('deep')", "A.B", /\nA\.B: deep\n$/],
  ["import decimal; decimal.Decimal('x')", "InvalidOperation", /\ndecimal\.InvalidOperation: /],
  ["def f(:", "SyntaxError", /^Traceback[^]*SyntaxError: /],
  [
    "raise ExceptionGroup('g', [ValueError('one')])",
    "ExceptionGroup",
    /ExceptionGroup: g[^]*ValueError: one/,
  ],
  ["raise ValueError", "ValueError", /\nValueError\n$/],
];

for (const [code, type, message] of TYPES) {
  test(`PE-type, PE-message: ${type}`, () => {
    const error = throwsPython(() => py.runPython(code), type, message);

    assert.match(error.message, /^(  \+ Exception Group )?Traceback \(most recent call last\):\n/);
  });
}

test("PE-message: notes, causes and contexts are included", () => {
  throwsPython(
    () =>
      py.runPython(`
        try:
            try:
                1 / 0
            except ZeroDivisionError as e:
                raise KeyError("outer") from e
        except KeyError as e:
            e.add_note("a note")
            raise
      `),
    "KeyError",
    /ZeroDivisionError: division by zero[^]*direct cause[^]*KeyError: 'outer'\na note/,
  );
});

test("PE-message: exceptions whose text cannot be made", () => {
  const error = throwsPython(
    () => py.runPython("class Bad(Exception):\n  def __str__(self): raise ValueError\nraise Bad"),
    "Bad",
  );
  assert.match(error.message, /Bad/);
  throwsPython(() => py.runPython("raise ValueError('\\ud800')"), "ValueError");
});

test("PE-noref, PY-lastexc: the exception is in sys.last_*", () => {
  throwsPython(
    () => py.runPython("import errno; raise OSError(errno.ENOENT, 'gone')"),
    "FileNotFoundError",
  );

  assert.equal(py.runPython("import sys; type(sys.last_exc).__name__"), "FileNotFoundError");
  assert.equal(py.runPython("sys.last_value is sys.last_exc"), true);
  assert.equal(py.runPython("sys.last_type is FileNotFoundError"), true);
  assert.equal(py.runPython("sys.last_traceback is sys.last_exc.__traceback__"), true);
});

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
