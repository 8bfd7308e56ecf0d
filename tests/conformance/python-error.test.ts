import assert from "node:assert/strict";
import { type Failure, failsInPython, failureOf, thrownBy } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import asyncio, sys");

test("PE-class, FC-PythonError: an Error of its own class, on pyodide and in ffi", async () => {
  const error = await failureOf(() => py.runPython("1 / 0"));

  assert.ok(error instanceof Error);
  assert.ok(error instanceof py.ffi.PythonError);
  assert.equal(py.PythonError, py.ffi.PythonError);
  assert.equal(error.name, "PythonError");
  assert.equal(Object.prototype.toString.call(error), "[object Error]");
  assert.match(String(error), /^PythonError: Traceback /);
  assert.match(error.stack ?? "", /ZeroDivisionError/);
});

test("PE-class, FC-PythonError: programs cannot make one, other errors are none", async () => {
  assert.throws(() => new py.ffi.PythonError("KeyError", "made up"), TypeError);
  for (const other of [new Error("x"), {}, null, undefined, "PythonError"]) {
    assert.equal((other as unknown) instanceof py.ffi.PythonError, false);
  }
});

test("PE-class: every exception that crosses, wherever it comes out", async () => {
  const fail = await py.runPython("def fail(*args): raise LookupError('f')\nfail");
  const coroutine = await py.runPython("async def later(): raise LookupError('l')\nlater");

  for (const use of [
    () => fail(),
    () => fail.callKwargs({}),
    () => fail.callRelaxed(),
    () => coroutine(),
    () => py.runPythonAsync("raise LookupError"),
    () => py.runPythonAsync("await asyncio.sleep(0)\nraise LookupError"),
  ]) {
    assert.ok((await failsInPython(use, "LookupError")) instanceof py.ffi.PythonError);
  }
  await fail.destroy();
  await coroutine.destroy();
});

const TYPES: [string, string, RegExp][] = [
  ["{}['k']", "KeyError", /\nKeyError: 'k'\n$/],
  ["class A:\n  class B(Exception): pass\nraise A.B('deep')", "A.B", /\nA\.B: deep\n$/],
  ["import decimal; decimal.Decimal('x')", "InvalidOperation", /\ndecimal\.InvalidOperation: /],
  ["import json; json.loads('{')", "JSONDecodeError", /\njson\.decoder\.JSONDecodeError: /],
  ["def f(:", "SyntaxError", /^Traceback[^]*\nSyntaxError: [^\n]*\n$/],
  ["raise ValueError", "ValueError", /\nValueError\n$/],
  ["raise KeyboardInterrupt", "KeyboardInterrupt", /\nKeyboardInterrupt\n$/],
  ["raise SystemExit(3)", "SystemExit", /\nSystemExit: 3\n$/],
];

for (const [code, type, message] of TYPES) {
  test(`PE-type, PE-message: ${type}`, async () => {
    const error = await failsInPython(() => py.runPython(code), type, message);

    assert.match(error.message, /^Traceback \(most recent call last\):\n/);
  });
}

test("PE-type: a JavaScript error that passes through", async () => {
  const call = await py.runPython("lambda f: f()");

  await failsInPython(
    () =>
      call(() => {
        throw new RangeError("far out");
      }),
    "JsException",
    /\npyodide\.ffi\.JsException: RangeError: far out\n$/,
  );
  await call.destroy();
});

test("PE-message: notes, causes, contexts and groups are included", async () => {
  await failsInPython(
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
    /ZeroDivisionError: division by zero[^]*direct cause[^]*KeyError: 'outer'\na note\n$/,
  );
  await failsInPython(
    () => py.runPython("try:\n  1 / 0\nexcept ZeroDivisionError:\n  {}['k']"),
    "KeyError",
    /ZeroDivisionError[^]*During handling of the above exception[^]*KeyError: 'k'\n$/,
  );
  await failsInPython(
    () => py.runPython("raise ExceptionGroup('g', [ValueError('one'), KeyError('two')])"),
    "ExceptionGroup",
    /ExceptionGroup: g \(2 sub-exceptions\)[^]*ValueError: one[^]*KeyError: 'two'/,
  );
});

test("PE-message: the frames of Python, with files and lines", async () => {
  const error = await failsInPython(
    () => py.runPython("def f():\n  return 1 / 0\n\nf()", { filename: "mine.py" }),
    "ZeroDivisionError",
  );

  assert.match(error.message, /File "mine\.py", line 4, in <module>/);
  assert.match(error.message, /File "mine\.py", line 2, in f\n/);
});

test("PE-message: exceptions whose text cannot be made", async () => {
  const error = await failsInPython(
    () => py.runPython("class Bad(Exception):\n  def __str__(self): raise ValueError\nraise Bad"),
    "Bad",
  );
  assert.match(error.message, /Bad/);
  await failsInPython(() => py.runPython("raise ValueError('\\ud800')"), "ValueError");
});

test("PE-noref, PY-lastexc: the exception is in sys.last_*, set anew by each error", async () => {
  for (const [code, type] of [
    ["import errno; raise OSError(errno.ENOENT, 'gone')", "FileNotFoundError"],
    ["{}['k']", "KeyError"],
  ] as const) {
    await failsInPython(() => py.runPython(code), type);

    assert.equal(await py.runPython("type(sys.last_exc).__name__"), type);
    assert.equal(await py.runPython("sys.last_value is sys.last_exc"), true);
    assert.equal(await py.runPython("sys.last_type is type(sys.last_exc)"), true);
    assert.equal(await py.runPython("sys.last_traceback is sys.last_exc.__traceback__"), true);
  }
});

test("PE-noref: the error holds no reference to the exception", async () => {
  const error: Failure = await failsInPython(
    () =>
      py.runPython(`
        import weakref
        class Watched(Exception): pass
        def fail():
            global watch
            exception = Watched()
            watch = weakref.ref(exception)
            raise exception
        fail()
      `),
    "Watched",
  );

  assert.equal(await py.runPython("watch() is sys.last_exc"), true);
  await failsInPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
  assert.equal(await py.runPython("import gc; gc.collect(); watch() is None"), true);
  assert.equal(error.type, "Watched");
});

testOfValues(
  "PE-identity: thrown back while the latest, it is the original exception again",
  async () => {
    const check = await py.runPython(`
    kept = LookupError("kept")
    def fail():
        raise kept
    def check(call):
        try:
            call(fail)
        except LookupError as error:
            return error is kept
        except Exception as error:
            return repr(error)
    check
  `);

    assert.equal(await check((fail: () => unknown) => fail()), true);
    const rethrow = (fail: () => unknown) => {
      try {
        return fail();
      } catch (error) {
        thrownBy(() => JSON.parse("{")); // an error of JavaScript in between changes nothing
        throw error;
      }
    };
    assert.equal(await check(rethrow), true);
    await check.destroy();
  },
);

test("PE-identity: an older one comes back as a JsException named PythonError", async () => {
  const error: Any = await failsInPython(
    () => py.runPython("raise ValueError('old')"),
    "ValueError",
  );
  await failsInPython(() => py.runPython("raise ValueError('new')"), "ValueError");
  const check = await py.runPython(`
    def check(throw):
        try:
            throw()
        except Exception as error:
            return f"{type(error).__name__} {error.name}"
    check
  `);

  const seen = await check(() => {
    throw error;
  });
  assert.equal(seen, "JsException PythonError");
  await check.destroy();
});

test("PE-message: errors of many runs at once do not mix", async () => {
  const errors = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      failsInPython(
        () => py.runPythonAsync(`await asyncio.sleep(0)\nraise ValueError("n${i}!")`),
        "ValueError",
      ),
    ),
  );

  errors.forEach((error, i) => assert.match(error.message, new RegExp(`n${i}!`)));
});
