import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import asyncio, inspect, sys, traceback
import pyodide.console
from pyodide.console import *
from pyodide.console import shorten

async def enter(console, *lines):
    """What each line comes to: its syntax check, and its value or the type of its exception."""
    seen = []
    for line in lines:
        future = console.push(line)
        try:
            seen.append([future.syntax_check, await future])
        except BaseException as error:
            seen.append([future.syntax_check, type(error).__name__])
    return seen
`);

const answer = (code: string) => answerOf(py, code);

test("CO-Console: parameters and default globals", async () => {
  const result = await answer(`
    console = Console()
    given = {"x": 1}
    other = Console(given)
    [console.globals, other.globals is given, console.buffer, str(inspect.signature(Console)).count("=")]
  `);
  const keywords = await answer(`
    parameters = inspect.signature(Console).parameters
    [[n, p.default] for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY] + [list(parameters)[0]]
  `);

  assert.deepEqual(result.slice(0, 3), [{ __name__: "__console__", __doc__: null }, true, []]);
  assert.deepEqual(keywords, [
    ["stdin_callback", null],
    ["stdout_callback", null],
    ["stderr_callback", null],
    ["persistent_stream_redirection", false],
    ["filename", "<console>"],
    ["dont_inherit", false],
    ["optimize", -1],
    "globals",
  ]);
});

test("CO-Console: filename and optimize reach the compiler", async () => {
  const result = await answer(`
    console = Console(filename="<prompt>", optimize=1)
    future = console.push("1 / 0")
    try:
        await future
    except ZeroDivisionError:
        pass
    [await console.push("assert False"), 'File "<prompt>", line 1' in future.formatted_error]
  `);

  assert.deepEqual(result, [null, true]);
});

test("CO-push: lines are joined until they are complete or invalid", async () => {
  const result = await answer(`
    console = Console()
    seen = []
    for line in ("def f():", "  return 5", "", "f()", "if True:", "  1 +", "1"):
        [entered] = await enter(console, line)
        seen.append([*entered, list(console.buffer)])
    seen
  `);

  assert.deepEqual(result, [
    ["incomplete", null, ["def f():"]],
    ["incomplete", null, ["def f():", "  return 5"]],
    ["complete", null, []],
    ["complete", 5, []],
    ["incomplete", null, ["if True:"]],
    ["syntax-error", "SyntaxError", []],
    ["complete", 1, []],
  ]);
});

test("CO-push: JavaScript drives a prompt", async () => {
  const console = await py.runPython("Console()");
  const future = console.push("1 + 1"); // awaited, it would be its result
  const check = await future.syntax_check;

  assert.equal(check, "complete");
  assert.equal(await future, 2);
  await console.destroy();
});

test("CO-runsource: a whole source, with the name of its file", async () => {
  const result = await answer(`
    console = Console()
    first = console.runsource("for x in range(5):\\n  pass\\n\\n")
    second = console.runsource("def f():")
    third = console.runsource("1 / 0", "<other>")
    await first
    try:
        await third
    except ZeroDivisionError:
        pass
    [
        type(first).__name__, first.syntax_check, second.syntax_check, await second, console.buffer,
        console.globals["x"], "<other>" in third.formatted_error,
        str(inspect.signature(Console.runsource).parameters["filename"].default),
    ]
  `);

  const expected = ["ConsoleFuture", "complete", "incomplete", null, [], 4, true, "<console>"];
  assert.deepEqual(result, expected);
});

test("CO-future: incomplete and wrong sources are decided at once, others run", async () => {
  const result = await answer(`
    console = Console()
    incomplete, wrong, right, failing = map(console.runsource, ("(", "1 +* 2", "6 * 7", "1 / 0"))
    at_once = [incomplete.done(), incomplete.result(), wrong.done(), type(wrong.exception()).__name__, right.done()]
    text = wrong.formatted_error
    try:
        await failing
    except ZeroDivisionError:
        pass
    [
        at_once, [f.syntax_check for f in (incomplete, wrong, right, failing)], await right, right.formatted_error,
        text.splitlines()[0], text.splitlines()[-1], text[-1] == "\\n", failing.formatted_error.splitlines()[-1],
    ]
  `);

  assert.deepEqual(result, [
    [true, null, true, "SyntaxError", false],
    ["incomplete", "syntax-error", "complete", "complete"],
    42,
    null,
    '  File "<console>", line 1',
    "SyntaxError: invalid syntax",
    true,
    "ZeroDivisionError: division by zero",
  ]);
});

test("CO-future: canceling it cancels the run", async () => {
  const result = await answer(`
    console = Console()
    future = console.push("import asyncio; await asyncio.sleep(60)")
    await asyncio.sleep(0.001)
    future.cancel()
    [future.cancelled(), await enter(console, "1 + 1")]
  `);

  assert.deepEqual(result, [true, [["complete", 2]]]);
});

test("CO-await: top-level await, one run at a time, and values are not printed", async () => {
  const result = await answer(`
    written = []
    console = Console({"log": written, "asyncio": asyncio}, stdout_callback=written.append)
    slow = console.push("log.append('begin'); await asyncio.sleep(0.01); log.append('end')")
    quick = console.push("log.append('quick')")
    await quick
    [slow.done(), written, await enter(console, "x = 3", "x", "x;", "_x = await asyncio.sleep(0, 4); _x")]
  `);

  assert.deepEqual(result, [
    true,
    ["begin", "end", "quick"],
    [
      ["complete", null],
      ["complete", 3],
      ["complete", null],
      ["complete", 4],
    ],
  ]);
});

test("CO-formatted: the traceback begins with the user's code; sys.last_* are set", async () => {
  const [text, last] = await answer(`
    console = Console()
    await enter(console, "def f(): raise KeyError('x')", "")
    future = console.push("f()")
    try:
        await future
    except KeyError as error:
        last = [
            sys.last_exc is error, sys.last_value is error, sys.last_type is KeyError,
            traceback.extract_tb(sys.last_traceback)[-1].name,
        ]
    [future.formatted_error, last]
  `);

  assert.equal(
    text,
    "Traceback (most recent call last):\n" +
      '  File "<console>", line 1, in <module>\n' +
      '  File "<console>", line 1, in f\n' +
      "KeyError: 'x'\n",
  );
  assert.deepEqual(last, [true, true, true, "f"]);
});

test("CO-formatted: its parts can be overridden", async () => {
  const result = await answer(`
    class Own(Console):
        def formattraceback(self, e): return f"runtime {e!r}"
        def formatsyntaxerror(self, e): return f"syntax {type(e).__name__}"
    class Long(Console):
        def num_frames_to_keep(self, tb):
            return len(list(traceback.walk_tb(tb)))
    texts = []
    for console, source in ((Own(), "1 / 0"), (Own(), "1 +* 2"), (Long(), "1 / 0")):
        future = console.push(source)
        try:
            await future
        except (ZeroDivisionError, SyntaxError):
            pass
        texts.append(future.formatted_error)
    [texts[:2], texts[2].count("File ") > 1]
  `);

  const texts = ["runtime ZeroDivisionError('division by zero')", "syntax SyntaxError"];
  assert.deepEqual(result, [texts, true]);
});

test("CO-streams: callbacks take the place of the standard streams during a run", async () => {
  const result = await answer(`
    out, err, sizes = [], [], []
    def read(size):
        sizes.append(size)
        return "a line\\n"
    before = [sys.stdin, sys.stdout, sys.stderr]
    console = Console({"sys": sys}, stdin_callback=read, stdout_callback=out.append, stderr_callback=err.append)
    await console.push("print('got', input())")
    await console.push("print('to err', file=sys.stderr)")
    streams = "[(s.isatty(), s.name, s.encoding) for s in (sys.stdin, sys.stdout, sys.stderr)]"
    [
        out, "".join(err), all(type(size) is int for size in sizes), await console.push(streams),
        before == [sys.stdin, sys.stdout, sys.stderr],
    ]
  `);

  const [out, err, areNumbers, streams, isRestored] = result;
  assert.ok(out.length > 1, "several calls a print");
  assert.equal(out.join(""), "got a line\n");
  assert.equal(err, "to err\n");
  assert.equal(areNumbers, true);
  assert.deepEqual(streams, [
    [true, "<stdin>", "utf-8"],
    [true, "<stdout>", "utf-8"],
    [true, "<stderr>", "utf-8"],
  ]);
  assert.equal(isRestored, true);
});

test("CO-streams: a stream without a callback stays", async () => {
  const result = await answer(`
    out = []
    console = Console({"sys": sys}, stdout_callback=out.append)
    await console.push("sys.stderr is sys.__stderr__, sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__")
  `);

  assert.deepEqual(result, [true, true, false]);
});

test("CO-streams: persistent redirection, and contexts that nest", async () => {
  const result = await answer(`
    out = []
    real = sys.stdout
    console = Console(stdout_callback=out.append, persistent_stream_redirection=True)
    print("persistent", end="|")
    await console.push("1")
    print("after a run", end="|")
    console.persistent_restore_streams()
    restored = sys.stdout is real
    console.persistent_redirect_streams()
    print("again", end="|")
    console.persistent_restore_streams()
    with console.redirect_streams():
        with console.redirect_streams():
            print("inner", end="|")
        print("outer", end="|")
    ["".join(out), restored, sys.stdout is real]
  `);

  assert.deepEqual(result, ["persistent|after a run|again|inner|outer|", true, true]);
});

test("CO-flush: both streams are flushed after each run", async () => {
  const result = await answer(`
    class Counting:
        def __init__(self, real): self.real, self.flushed = real, 0
        def write(self, text): return len(text)
        def flush(self): self.flushed += 1
    real = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = counting = Counting(sys.stdout), Counting(sys.stderr)
    try:
        console = Console()
        counts = []
        for source in ("1", "1 / 0"):
            before = [stream.flushed for stream in counting]
            await enter(console, source)
            counts.append([stream.flushed > n for stream, n in zip(counting, before)])
    finally:
        sys.stdout, sys.stderr = real
    counts
  `);

  assert.deepEqual(result, [
    [true, true],
    [true, true],
  ]);
});

test("CO-complete: completions of the last word", async () => {
  const result = await answer(`
    console = Console({"name_one": 1, "name_two": "text"})
    breaks = Console.completer_word_break_characters
    [
        console.complete("a = 5 ; str.isa"), console.complete("name_"), console.complete("f(name_two.upp"),
        console.complete("no_such_thing_"), all(c in breaks for c in " ();[]+=,"),
    ]
  `);

  assert.deepEqual(result, [
    [["str.isalnum(", "str.isalpha(", "str.isascii("], 8],
    [["name_one", "name_two"], 0],
    [["name_two.upper()"], 2],
    [[], 0],
    true,
  ]);
});

test("CO-future-imports: a __future__ import affects later input", async () => {
  const result = await answer(`
    console = Console()
    await enter(console, "from __future__ import annotations", "def f(x: undefined_name): pass", "")
    [console.globals["f"].__annotations__, await enter(Console(), "def f(x: undefined_name): pass", "")]
  `);

  assert.deepEqual(result, [
    { x: "undefined_name" },
    [
      ["incomplete", null],
      ["complete", "NameError"],
    ],
  ]);
});

test("CO-PyodideConsole: packages are loaded before each run", async () => {
  const asked: string[] = [];
  await py.globals.set("note", (source: string) => void asked.push(source));
  const result = await answer(`
    import pyodide_js
    real = pyodide_js.loadPackagesFromImports
    async def load(source, *args, **kwargs): note(source)
    from pyodide.ffi import create_proxy
    proxy = create_proxy(load)
    pyodide_js.loadPackagesFromImports = proxy
    try:
        console = PyodideConsole()
        seen = await enter(console, "x = 1", "x + 1", "1 +*")
    finally:
        pyodide_js.loadPackagesFromImports = real
        proxy.destroy()
    [isinstance(console, Console), seen]
  `);

  const seen = [
    ["complete", null],
    ["complete", 2],
    ["syntax-error", "SyntaxError"],
  ];
  assert.deepEqual(result, [true, seen]);
  assert.deepEqual(asked, ["x = 1", "x + 1"]);
});

test("CO-BANNER: Python's version and build, then the help hint", async () => {
  const [banner, version] = await answer("[BANNER, sys.version.split()[0]]");
  const lines = banner.split("\n");

  assert.equal(lines.length, 2);
  assert.ok(lines[0].startsWith(`Python ${version} (`), lines[0]);
  assert.equal(lines[1], 'Type "help", "copyright", "credits" or "license" for more information.');
});

test("CO-shorten: the first and last characters of a long text", async () => {
  const result = await answer(`
    text = "0123456789"
    [
        shorten(text), shorten(text, 10), shorten(text, 6), shorten(text, 6, 1), shorten(text, 6, 100),
        shorten(text, 7, separator="-"), shorten("ab" * 501), repr_shorten("a" * 10, 8), repr_shorten([1], 4), shorten(text, 2),
    ]
  `);

  assert.deepEqual(result, [
    "0123456789",
    "0123456789",
    "012...789",
    "0...9",
    "01234...56789",
    "012-789",
    `${"ab".repeat(250)}...${"ab".repeat(250)}`,
    "'aaa...aaa'",
    "[1]",
    "0...9",
  ]);
  await failsInPython(() => py.runPython("shorten('abc', 1)"), "ValueError");
  await failsInPython(() => py.runPython("repr_shorten('abc', 3)"), "ValueError");
});

test("CO-Console: everything that the module offers is listed", async () => {
  assert.deepEqual(await answer("sorted(pyodide.console.__all__)"), [
    "BANNER",
    "Console",
    "ConsoleFuture",
    "PyodideConsole",
    "repr_shorten",
  ]);
});
