import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOf } from "../support/test.ts";

const py = await startKernel();

/** After every one of these Python must answer as before. */
async function checkUsable(): Promise<void> {
  assert.equal(await py.runPython("sum(range(10))"), 45);
  await failsInPython(() => py.runPython("{}['key']"), "KeyError", /'key'/);
}

const NEST = "n = []\nfor _ in range(100_000): n = [n]\n";

/** Programs that recurse without end, and what ends them. */
const ENDLESS: [string, string, string][] = [
  ["a Python function", "def f(): return f()\nf()", "RecursionError"],
  ["a method", "class C:\n  def m(self): return self.m()\nC().m()", "RecursionError"],
  ["a property", "class P:\n  @property\n  def p(self): return self.p\nP().p", "RecursionError"],
  [
    "__getattr__",
    "class G:\n  def __getattr__(self, n): return getattr(self, n)\nG().x",
    "RecursionError",
  ],
  ["__repr__", "class R:\n  def __repr__(self): return repr(self)\nrepr(R())", "RecursionError"],
  ["__eq__", "class E:\n  def __eq__(self, o): return self == o\nE() == E()", "RecursionError"],
  ["a lambda in sorted", "f = lambda x: sorted([1, 2], key=f)\nf(1)", "RecursionError"],
  [
    "functools.partial",
    "import functools\nf = lambda g: functools.partial(g, g)()\nf(f)",
    "RecursionError",
  ],
  ["repr of a nest", `${NEST}repr(n)`, "RecursionError"],
  [
    "comparison of nests",
    `${NEST}m = []\nfor _ in range(100_000): m = [m]\nn == m`,
    "RecursionError",
  ],
  ["json.dumps of a nest", `import json\n${NEST}json.dumps(n)`, "RecursionError"],
  ["json.loads of a nest", "import json\njson.loads('[' * 100_000)", "RecursionError"],
  ["pickle.dumps of a nest", `import pickle\n${NEST}pickle.dumps(n)`, "RecursionError"],
  ["marshal of a nest", `import marshal\n${NEST}marshal.dumps(n)`, "ValueError"],
  ["a generator chain", "def g():\n  yield from g()\nnext(g())", "RecursionError"],
  [
    "ast.literal_eval",
    "import ast\nast.literal_eval('-' * 100_000 + '1')",
    "MemoryError|RecursionError",
  ],
  [
    "compile of nested brackets",
    "compile('(' * 100_000 + ')' * 100_000, 'x', 'eval')",
    "SyntaxError|MemoryError",
  ],
  [
    "compile of a long sum",
    "compile('+'.join(['1'] * 200_000), 'x', 'eval')",
    "RecursionError|MemoryError",
  ],
  [
    "compile of chained calls",
    "compile('f' + '()' * 100_000, 'x', 'eval')",
    "RecursionError|MemoryError",
  ],
  [
    "a regular expression",
    "import re\nre.compile('(' * 20_000 + ')' * 20_000)",
    "RecursionError|error",
  ],
  [
    "an exception chain",
    "def f():\n  try: f()\n  except Exception: f()\n  finally: pass\nimport sys\nsys.setrecursionlimit(200)\ntry:\n  def g(): g()\n  g()\nfinally: sys.setrecursionlimit(1000)",
    "RecursionError",
  ],
];

/** The same, of calls that leave out arguments. */
const ENDLESS_WITH_DEFAULTS: [string, string][] = [
  ["a function with a default", "def f(x, y=1): return f(x)\nf(0)"],
  ["a method with a default", "class D:\n  def m(self, y=1): return self.m()\nD().m()"],
];

async function checkEnds(code: string, types: string): Promise<void> {
  const error = await failureOf(() => py.runPython(`${code};`));

  assert.equal(error.name, "PythonError", String(error));
  assert.ok(
    types.split("|").includes(error.type ?? ""),
    `${error.type}: ${error.message.slice(-300)}`,
  );
  await py.runPython("n = m = None; import gc; gc.collect()");
  await checkUsable();
}

for (const [what, code, types] of ENDLESS) {
  test(`bad input: recursion without end in ${what}`, () => checkEnds(code, types));
}

for (const [what, code] of ENDLESS_WITH_DEFAULTS) {
  const title = `bad input: recursion without end in ${what}`;
  testOf("calls with defaults", title, () => checkEnds(code, "RecursionError"));
}

const RAISED = "bad input: a raised recursion limit cannot break the interpreter";
testOf(
  "raised recursion limit",
  RAISED,
  async () => {
    await py.runPython(
      "import sys; limit = sys.getrecursionlimit(); sys.setrecursionlimit(200_000)",
    );
    const endless = [
      "def f(): return f()\nf()",
      "class R:\n  def __repr__(self): return repr(self)\nrepr(R())",
      "f = lambda x: sorted([1, 2], key=f)\nf(1)",
    ];
    try {
      for (const code of endless) {
        const error = await failureOf(() => py.runPython(code));
        assert.equal(error.name, "PythonError", String(error));
        assert.ok(["RecursionError", "MemoryError"].includes(error.type ?? ""), error.type);
      }
    } finally {
      await py.runPython("sys.setrecursionlimit(limit)");
    }
    await checkUsable();
  },
  60_000,
);

test("CL-recursion: Python's recursion limit counts JavaScript calls", async () => {
  await claim(
    py,
    { through: (f: Any) => f() },
    `
    import sys
    depth = 0
    def down():
        global depth
        depth += 1
        through(down)
    limit = sys.getrecursionlimit()
    def frames():
        frame, count = sys._getframe(), 0
        while frame: frame, count = frame.f_back, count + 1
        return count
    try:
        sys.setrecursionlimit(frames() + 30)
        raises(RecursionError, "down()")
    finally:
        sys.setrecursionlimit(limit)
    assert 5 <= depth <= 31, depth
    assert through(lambda: 5) == 5
    `,
  );
  await checkUsable();
});

test("CF-recursion, CL-recursion: Python → JavaScript → Python without end", async () => {
  const down = await py.runPython("def down(f): return f(down)\ndown");
  const again = (next: (f: unknown) => unknown): unknown => next(again);

  const error = await failureOf(() => down(again));
  assert.equal(error.name, "PythonError", String(error));
  assert.ok(["RecursionError", "JsException"].includes(error.type ?? ""), error.type);
  await checkUsable();
  await down.destroy();
});

test("CF-recursion: it can be caught in Python, again and again", async () => {
  await claim(
    py,
    { through: (f: Any) => f() },
    `
    def down():
        global depth
        depth += 1
        through(down)
    for _ in range(20):
        depth = 0
        try: down()
        except (RecursionError, JsException): pass
        else: assert False
        assert depth >= 20
    `,
  );
  await checkUsable();
});

test("CF-recursion: through attributes, iteration and printing", async () => {
  const looping = {
    get self(): unknown {
      return py.runPython("looping.self");
    },
    *[Symbol.iterator](): Generator<unknown> {
      yield* py.runPython("list(looping)") as Iterable<unknown>;
    },
    toString: () => py.runPython("str(looping)"),
  };
  await py.globals.set("looping", looping);
  for (const code of ["looping.self", "list(looping)", "str(looping)"]) {
    await failureOf(() => py.runPython(code));
    await checkUsable();
  }
});

test("CF-recursion: endless recursion of JavaScript below Python raises, not ends", async () => {
  const endless = (): number => 1 + endless();
  await claim(
    py,
    { endless },
    "for _ in range(5): raises(JsException, 'endless()', '^RangeError')",
  );
  await checkUsable();
});

test("CF-recursion: Python called from the depths of JavaScript's stack", async () => {
  const code = await py.runPython("lambda: sum(range(10))");
  let answers = 0;
  const deeper = (): void => {
    answers += code() === 45 ? 1 : 0;
    deeper();
  };

  for (let round = 0; round < 5; round++) {
    assert.throws(deeper, RangeError);
    await checkUsable();
  }
  assert.ok(answers > 10);
  // The kernel is out of every call: what waits for that is done (the methods that Python used are let go).
  await claim(py, {}, "js.JSON.stringify(1)");
  await code.destroy();
});
