import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { Worker } from "node:worker_threads";
import { outcomeOf } from "../support/command-line.ts";
import { distUrl } from "../support/dist.ts";
import { fails, failsInPython, failureOf, throwsPython } from "../support/failures.ts";
import { type Any, loadPyodide } from "../support/kernel.ts";
import { Kraitd } from "../support/kraitd.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const server = await Kraitd.start();
after(() => server.stop());

const open: Any[] = [];
after(() => {
  for (const py of open) if (!py.isEnded) py.terminate();
});

async function load(options: object = {}): Promise<Any> {
  const py = await loadPyodide({ kernel: `unix:${server.path}`, sync: false, ...options });
  open.push(py);
  return py;
}

test("BY-place, BY-async: the same program as elsewhere, in a native interpreter", async () => {
  const py = await load();

  assert.equal(await py.runPython("import sys; sys.platform"), "linux");
  assert.equal(await py.runPython("'abc'").upper(), "ABC");
  assert.deepEqual([...(await py.runPython("{'a': [1, 2]}").toJs())], [["a", [1, 2]]]);
  assert.equal(await py.toPy([1, { x: 2 }]).toString(), "[1, {'x': 2}]");
  assert.equal(await py.globals.get("len")("four"), 4);
  assert.equal(
    await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
    "slept",
  );
  const items: unknown[] = [];
  for await (const item of py.runPython("range(3)")) items.push(item);
  assert.deepEqual(items, [0, 1, 2]);
  await failsInPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
});

test("remote: Python calls the program's functions, and awaits their promises", async () => {
  const py = await load();

  assert.equal(await py.runPython("lambda f: f(20) + 2")((x: number) => x * 2), 42);
  const call = await py.runPython("async def call(f): return await f(4)\ncall");
  assert.equal(await call(async (x: number) => x * 10), 40);
});

test("remote: output of C code and of child processes reaches the program, in order, before the call returns", async () => {
  const lines: string[] = [];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stderr: (line: string) => lines.push(`error: ${line}`),
  });

  await py.runPython(`
import ctypes, os, subprocess, sys
print("first")
os.write(1, b"second\\n")
ctypes.CDLL(None).puts(b"third")
print("fourth")
subprocess.run([sys.executable, "-c", "print('fifth')"])
os.system("echo sixth >&2")
print("seventh", file=sys.stderr)
assert (sys.stdout.fileno(), sys.stderr.fileno()) == (1, 2)
`);

  assert.deepEqual(lines, [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "error: sixth",
    "error: seventh",
  ]);
});

test("remote: output arrives while Python computes, and a program that reads none of it makes it wait", async () => {
  let bytes = 0;
  let atFirst: Any;
  const py = await load();
  py.setStdout({
    write(buffer: Uint8Array) {
      bytes += buffer.length;
      atFirst?.();
      return buffer.length;
    },
  });
  const first = new Promise((resolve) => {
    atFirst = resolve;
  });

  const running = py.runPythonAsync(`
import os, time
os.write(1, b"x")
time.sleep(0.5)
for _ in range(64): os.system("head -c 100000 /dev/zero")
`);
  await first;
  assert.equal(bytes, 1);
  await running;

  assert.equal(bytes, 6_400_001);
});

test("remote: what Python prints is there before the call that prints returns; input comes from the program", async () => {
  const lines: string[] = [];
  const answers = ["typed", null];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stdin: () => answers.shift(),
  });

  await py.runPython("print('first', 'é\u{1f40d}')");
  assert.deepEqual(lines, ["first é\u{1f40d}"]);
  assert.equal(await py.runPython("input()"), "typed");
});

test("remote: files are the server's, failures have its errno", async () => {
  const py = await load();
  const folder = "/home/pyodide/notes";
  const file = join(folder, "note");

  await py.FS.mkdir(folder);
  await py.FS.writeFile(file, new TextEncoder().encode("written"));
  assert.equal(await py.runPython(`open(${JSON.stringify(file)}).read()`), "written");
  assert.equal(await py.FS.readFile(file, { encoding: "utf8" }), "written");
  assert.deepEqual(await py.FS.readdir(folder), [".", "..", "note"]);
  assert.equal((await py.FS.stat(file)).size, 7);
  assert.equal((await py.FS.analyzePath(join(folder, "none"))).exists, false);
  const error = (await failureOf(() => py.FS.unlink(join(folder, "none")))) as Any;
  assert.deepEqual([error.name, error.code], ["ErrnoError", "ENOENT"]);
});

test("BY-deadline, BY-interrupt: in a remote kernel deadlines and signals reach what computes, sleeps and waits", async () => {
  const py = await load();

  await failsInPython(() => py.runPython("while True: pass", { timeout: 100 }), "TimeoutError");
  const asleep = py.runPython("import time; time.sleep(60)");
  setTimeout(() => py.interrupt(), 100);
  await failsInPython(() => asleep, "KeyboardInterrupt");
  assert.equal(await py.runPython("1 + 1"), 2);
});

test("remote: Python has the objects that it is given, and no way from them to code of its own", async () => {
  const py = await load({ jsglobals: { answer: 42 } });

  assert.equal(await py.runPython("import js; js.answer"), 42);
  for (const name of ["constructor", "__proto__", "prototype"]) {
    await failsInPython(
      () => py.runPython(`lambda f: getattr(f, ${JSON.stringify(name)})`)(() => 1),
      "PermissionError",
      /may not reach/,
    );
  }
  const bare = await load();
  await failsInPython(() => bare.runPython("import js; js.console"), "AttributeError");
  await failsInPython(
    () => bare.runPython("from pyodide.code import run_js; run_js('1')"),
    "RuntimeError",
  );
});

test("BY-restart, BY-fatal: the end of a remote kernel fails what waits, and a successor is behind the same object", async () => {
  const py = await load();
  const list = await py.runPython("[1]");
  await py.registerJsModule("given", { value: 7 });
  const asleep = py.runPython("import time; time.sleep(60)");

  py.terminate();
  await fails(() => asleep, "KernelDied");
  await py.restart();
  assert.equal(await py.runPython("import given; given.value"), 7);
  assert.equal((await failureOf(() => list.get(0))).name, "StaleHandle");

  await fails(() => py.runPython("import os; os._exit(3)"), "Exit");
  await py.restart();
  assert.equal(await py.runPython("2 + 2"), 4);
});

test("remote: who is not let in is told why", async () => {
  const folder = await temporaryFolder();
  await fails(
    () => loadPyodide({ kernel: `unix:${folder}/none` }),
    "KraitError",
    /krait serve --listen/,
  );

  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "a secret of some length\n");
  const guarded = await Kraitd.start("--token-file", tokenFile);
  try {
    const kernel = `unix:${guarded.path}`;
    const refused = await fails(
      () => loadPyodide({ kernel, token: "wrong" }),
      "KraitError",
      /refused/,
    );
    assert.equal((refused as Any).kind, "permission");
    const py = await loadPyodide({ kernel, token: "a secret of some length" });
    assert.equal(await py.runPython("1 + 1"), 2);
    py.terminate();
  } finally {
    await guarded.stop();
  }
});

test("NB-sync, BY-sync: members of a remote kernel give values where the thread may wait", async () => {
  const py = await load({ sync: undefined });

  assert.equal(py.runPython("import sys; sys.platform"), "linux");
  assert.equal(
    py.runPython("lambda f: f(20) + 2")((x: number) => py.runPython(`${x} * 2`)),
    42,
  );
  assert.deepEqual([...py.runPython("[1, 2]")], [1, 2]);
  throwsPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
  assert.equal(
    await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
    "slept",
  );
  throwsPython(() => py.runPython("while True: pass", { timeout: 100 }), "TimeoutError");
  assert.equal(py.runPython("1 + 1"), 2);
});

test("NB-bufferView: a view of a remote buffer is written back when it is released", async () => {
  const py = await load({ sync: true });
  const bytes = py.runPython("data = bytearray(b'abc')\ndata");

  const view = bytes.getBuffer();
  assert.deepEqual([...view.data], [97, 98, 99]);
  view.data[0] = 65;
  view.release();
  assert.equal(py.runPython("data.decode()"), "Abc");
});

test("NB-fs: FS shows the files that Python sees, by values and by promises", async () => {
  const py = await load({ sync: true });

  py.FS.mkdirTree("/home/pyodide/a/b");
  py.FS.writeFile("/home/pyodide/a/b/c", "text");
  assert.deepEqual(py.runPython("import os; os.listdir('a/b')").toJs(), ["c"]);
  py.runPython("open('a/d', 'w').write('from Python')");
  assert.equal(py.FS.readFile("/home/pyodide/a/d", { encoding: "utf8" }), "from Python");
  assert.equal((await py.async.FS.stat("/home/pyodide/a/d")).size, 11);
  const stream = py.FS.open("/home/pyodide/a/d", "r+");
  const part = new Uint8Array(4);
  assert.equal(py.FS.read(stream, part, 0, 4, 7), 4);
  assert.equal(new TextDecoder().decode(part), "thon");
  py.FS.close(stream);
  assert.throws(() => py.FS.mount({}, {}, "/mnt"), { name: "Unsupported" });
});

test("NB-interrupt: the interrupt buffer reaches a remote kernel, whatever this thread does", async () => {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const body = `
    const { workerData: words } = require("node:worker_threads");
    setTimeout(() => Atomics.store(words, 0, 2), 100);`;
  for (const sync of [true, false]) {
    const py = await load({ sync });
    await py.setInterruptBuffer(words);
    new Worker(body, { eval: true, workerData: words }).unref();

    await failsInPython(() => py.runPython("while True: pass"), "KeyboardInterrupt");
    assert.equal(words[0], 0);
    assert.equal(await py.runPython("1 + 1"), 2);
  }
});

test("BY-place: a server is reached by TCP, with its token", async () => {
  const token = "a token of some length";
  const guarded = await Kraitd.start("--listen", "tcp://127.0.0.1:0", "--token", token);
  try {
    await guarded.logged("detail=tcp:");
    const kernel = /detail=(tcp:\S+)/.exec(guarded.log)?.[1];
    for (const sync of [true, false]) {
      const py = await loadPyodide({ kernel, token, sync });
      assert.equal(await py.runPython("6 * 7"), 42);
      py.terminate();
      await fails(() => loadPyodide({ kernel, token: "none", sync }), "KraitError", /refused/);
    }
  } finally {
    await guarded.stop();
  }
  for (const kernel of ["tcp://127.0.0.1", "unix:"]) {
    await fails(() => loadPyodide({ kernel }), "TypeError", /no address of a server/);
  }
});

test("BY-fatal: a kernel, or its server, that is killed in the middle of a call fails it", async () => {
  for (const sync of [true, false]) {
    const short = await Kraitd.start();
    const kernel = `unix:${short.path}`;
    const [killed, orphan] = [
      await loadPyodide({ kernel, sync }),
      await loadPyodide({ kernel, sync }),
    ];
    await fails(
      () => killed.runPython("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
      "KernelDied",
    );
    setTimeout(() => short.process.kill("SIGKILL"), 100);
    const ending = sync
      ? orphan.runPythonAsync("import asyncio; await asyncio.sleep(60)")
      : orphan.runPython("import time; time.sleep(60)");
    await fails(() => ending, "KernelDied");
  }
});

test("remote: a program ends when nothing of Python's is under way, and not before", async () => {
  const program = (code: string) => `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide({ kernel: ${JSON.stringify(`unix:${server.path}`)} });
    ${code}`;
  const run = async (code: string) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program(code)]);
    return outcomeOf(child);
  };

  const idle = await run("console.log(py.runPython('1 + 1'));");
  assert.deepEqual(idle, { status: 0, stdout: "2\n", stderr: "" });
  const later = await run(`
    py.runPython("import asyncio; asyncio.get_event_loop().call_later(0.2, print, 'later')");`);
  assert.equal(later.stdout, "later\n");
});

test("remote: asyncio has servers, streams, processes and threads, beside promises of the program", async () => {
  const py = await load();
  const answers = await py.runPython(`
    import asyncio, threading

    async def upper(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()

    async def asked(port, word):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(word.encode() + b"\\n")
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return line.decode().strip()

    async def run(promise_of):
        async with await asyncio.start_server(upper, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            words = [asked(port, f"word{number}") for number in range(20)]
            *lines, promised = await asyncio.gather(*words, promise_of(20))
        process = await asyncio.create_subprocess_exec(
            "/bin/cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        piped, _ = await process.communicate(b"through a process")
        thread = await asyncio.to_thread(threading.get_ident)
        name = await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
        return [lines[7], len(lines), promised, piped.decode(), process.returncode,
                thread != threading.get_ident(), name[0][4][0]]

    run`);
  const later = (n: number) => new Promise((resolve) => setTimeout(() => resolve(n * 2), 20));

  assert.deepEqual(await (await answers(later)).toJs(), [
    ...["WORD7", 20, 40, "through a process", 0, true, "127.0.0.1"],
  ]);
});

test("remote: what a process wrote last, before it crashed, reaches the program", async () => {
  for (const crash of [
    "os.abort()",
    "ctypes.string_at(0)",
    "os.kill(os.getpid(), signal.SIGFPE)",
  ]) {
    const lines: string[] = [];
    const py = await load({
      stdout: (line: string) => lines.push(line),
      stderr: (line: string) => lines.push(`error: ${line}`),
    });
    const source = `
import ctypes, os, signal
os.write(1, b"last words\\n" + b"x" * 9000 + b"\\n")
os.write(2, b"and what went wrong\\n")
${crash}`;
    await fails(() => py.runPython(source), "KernelDied");
    assert.deepEqual(lines, ["last words", "x".repeat(9000), "error: and what went wrong"], crash);
  }
});

test("remote: processes that Python forks off work, write, and leave the program alone", async () => {
  const lines: string[] = [];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stderr: () => {},
  });

  const source = `
import multiprocessing, os, warnings
from concurrent.futures import ProcessPoolExecutor
warnings.simplefilter("ignore")
context = multiprocessing.get_context("fork")
with context.Pool(2) as pool:
    found = pool.map(abs, [1, -2])
with ProcessPoolExecutor(2, context) as executor:
    found += executor.map(abs, [-3])

def fail():
    print("in a child", flush=True)
    os._exit(7)
child = context.Process(target=fail)
child.start()
child.join()
def crash(): os.abort()
other = context.Process(target=crash)
other.start()
other.join()
found + [child.exitcode, other.exitcode]`;
  assert.deepEqual(await py.runPython(source).toJs(), [1, 2, 3, 7, -6]);
  assert.equal(await py.runPython("1 + 1"), 2);
  assert.deepEqual(lines, ["in a child"]);
});

test("remote: a Python that Python starts ends as it does elsewhere", async () => {
  const py = await load();
  const source = `
import os, subprocess, sys
os.environ["PYTHONINSPECT"], subprocess.run([sys.executable, "-c", "raise SystemExit(5)"]).returncode`;
  assert.deepEqual(await py.runPython(source).toJs(), ["1", 5]);
});
