import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { failureOf, rejectionOf } from "../support/failures.ts";
import { serveFiles } from "../support/file-server.ts";
import { load } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const server = await serveFiles();

/** A program's state, of each kind that a snapshot keeps. */
const PREPARE = `
import collections, json, os, random, sys
class Counter:
    count = 0
    def __call__(self):
        self.count += 1
        return self.count
counter = Counter()
counter()
shared = [counter]
os.makedirs("/data/deep", exist_ok=True)
open("/data/deep/text.txt", "w").write("kept é")
open("/data/deep/empty", "w").close()
os.symlink("deep/text.txt", "/data/link")
os.chmod("/data/deep/text.txt", 0o640)
sys.modules["made_up"] = type(sys)("made_up")
`;

async function savedBytes(prepare: string, options: object = {}): Promise<Uint8Array> {
  const py = await load(options);
  await py.runPython(prepare);
  return py.makeSnapshot();
}

let prepared: Promise<Uint8Array> | undefined;

/** A snapshot of the state above, for all tests. */
function snapshotBytes(): Promise<Uint8Array> {
  prepared ??= savedBytes(PREPARE);
  return prepared;
}

test("BY-snapshot: globals, objects and modules are as they were", async () => {
  const py = await load({ snapshot: await snapshotBytes() });

  assert.equal(await py.runPython("counter()"), 2);
  assert.equal(await py.runPython("shared[0] is counter and isinstance(counter, Counter)"), true);
  assert.equal(await py.runPython("json.dumps(collections.Counter('aab'))"), '{"a": 2, "b": 1}');
  assert.equal(await py.runPython("import made_up; made_up.__name__"), "made_up");
  assert.equal(await py.runPython("__name__"), "__main__");
});

test("BY-snapshot: files, folders and links, with their modes and times", async () => {
  const py = await load({ snapshot: await snapshotBytes() });

  assert.equal(await py.runPython("open('/data/link').read()"), "kept é");
  assert.equal(await py.runPython("os.readlink('/data/link')"), "deep/text.txt");
  assert.equal(await py.runPython("oct(os.stat('/data/deep/text.txt').st_mode)"), "0o100640");
  assert.equal(await py.runPython("os.path.getsize('/data/deep/empty')"), 0);
  const age = await py.runPython("import time; time.time() - os.path.getmtime('/data/deep')");
  assert.ok(age >= 0 && age < 600, String(age));
  await py.runPython("open('/data/deep/text.txt', 'a').write('!')");
  assert.equal(await py.runPython("open('/data/deep/text.txt').read()"), "kept é!");
});

test("BY-snapshot: two starts from one snapshot have nothing in common", async () => {
  const [first, second] = [
    await load({ snapshot: await snapshotBytes() }),
    await load({ snapshot: await snapshotBytes() }),
  ];
  await first.runPython("shared.append(1); open('/data/deep/text.txt', 'w').write('first')");

  assert.equal(await second.runPython("len(shared)"), 1);
  assert.equal(await second.runPython("open('/data/deep/text.txt').read()"), "kept é");
  assert.equal(await first.runPython("len(shared)"), 2);
});

test("BY-snapshot: a file is read where it is, by its address", async () => {
  const path = join(await temporaryFolder(), "state.snapshot");
  await writeFile(path, await snapshotBytes());
  server.answers.set("state.snapshot", await snapshotBytes());

  for (const snapshot of [pathToFileURL(path), new URL("state.snapshot", server.url)]) {
    const py = await load({ snapshot });
    assert.equal(await py.runPython("open('/data/link').read()"), "kept é");
  }
  const error = await rejectionOf(() => load({ snapshot: new URL("other", server.url) }));
  assert.match(error.message, /other.*404/);
});

test("BY-snapshot: bytes are the program's own again once Python has started", async () => {
  const bytes = (await snapshotBytes()).slice();
  const py = await load({ snapshot: bytes });
  bytes.fill(0);

  assert.equal(await py.runPython("open('/data/deep/text.txt').read()"), "kept é");
});

test("BY-snapshot: environment, randomness and time are those of the start", async () => {
  const drawn = new Set();
  for (const mark of ["a", "b"]) {
    const py = await load({
      snapshot: await snapshotBytes(),
      env: { MARK: mark, HOME: "/home/other" },
    });
    assert.equal(await py.runPython("os.environ['MARK']"), mark);
    assert.equal(await py.runPython("os.getcwd()"), "/home/other");
    drawn.add(await py.runPython("random.random()"));
    const now = (await py.runPython("import time; time.time()")) * 1000;
    assert.ok(Math.abs(now - Date.now()) < 5_000);
  }
  assert.equal(drawn.size, 2);
});

test("BY-snapshot: JavaScript, await and output work after a start as ever", async () => {
  const lines: string[] = [];
  const py = await load({
    snapshot: await snapshotBytes(),
    stdout: (line: string) => lines.push(line),
  });

  assert.equal(await py.runPython("__import__('js').Math.max(3, 4)"), 4);
  assert.equal(
    await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
    "slept",
  );
  await py.runPython("print('printed')");
  assert.deepEqual(lines, ["printed"]);
  const list = await py.runPython("shared");
  assert.equal(await list.length, 1);
  await list.destroy();
  assert.equal(await (await py.globals.get("counter")).count, 1);
});

test("BY-snapshot: the interpreter that was saved goes on", async () => {
  const lines: string[] = [];
  const py = await load({ stdout: (line: string) => lines.push(line) });
  const proxy = await py.runPython("from asyncio import sleep\nkept = {'a': 1}\nkept");
  await py.runPythonAsync("await sleep(0)");
  await py.makeSnapshot();
  await py.makeSnapshot();

  assert.equal(await proxy.get("a"), 1);
  assert.equal(await py.runPython("__import__('js').Math.max(3, 4)"), 4);
  assert.equal(await py.runPythonAsync("await sleep(0.01, 'slept')"), "slept");
  await py.runPython("print('printed')");
  assert.deepEqual(lines, ["printed"]);
});

test("BY-snapshot: a snapshot can be taken of what began with one", async () => {
  const again = await savedBytes("counter(); shared.append('more')", {
    snapshot: await snapshotBytes(),
  });
  const py = await load({ snapshot: again });

  assert.equal(await py.runPython("f'{counter.count} {len(shared)}'"), "2 2");
});

test("BY-snapshot: JavaScript that Python holds is an error that lists it, and nothing is lost", async () => {
  const py = await load();
  const keep = await py.runPython("held = []\nheld.append");
  await keep(new Map());
  await keep(new Map());
  await keep(/x/);
  const error = await failureOf(() => py.makeSnapshot());
  assert.match(
    error.message,
    /cannot hold JavaScript objects, and Python holds some: 2 Map, 1 RegExp/,
  );
  assert.equal(await py.runPython("len(held)"), 3);
  assert.equal(await py.runPython("__import__('js').Math.max(3, 4)"), 4);

  await py.runPython("held.clear()");
  assert.ok((await py.makeSnapshot()).length > 1e6);
});

test("BY-snapshot: modules of JavaScript and what is under way are refused by name", async () => {
  const py = await load();
  await py.registerJsModule("my_module", { value: 1 });
  const registered = await failureOf(() => py.makeSnapshot());
  assert.match(registered.message, /JavaScript modules, and these are registered: my_module/);
  await py.unregisterJsModule("my_module");

  await py.runPython(
    "import asyncio\ntask = asyncio.get_event_loop().create_task(asyncio.sleep(60), name='long')",
  );
  const running = await failureOf(() => py.makeSnapshot());
  assert.match(running.message, /under way, and these tasks are: long/);
  await py.runPython("task.cancel(); None");
  await py.runPython("timer = asyncio.get_event_loop().call_later(60, print)");
  const timed = await failureOf(() => py.makeSnapshot());
  assert.match(timed.message, /the event loop has callbacks to run/);
  await py.runPython("timer.cancel()");

  await py.runPython("file = open('/tmp/open', 'w')");
  const open = await failureOf(() => py.makeSnapshot());
  assert.match(open.message, /cannot hold open files: \/tmp\/open is open/);
  await py.runPython("file.close()");
  assert.ok((await py.makeSnapshot()).length > 1e6);
});

test("BY-snapshot: functions that ctypes made for C are refused", async () => {
  const py = await load();
  await py.runPython(
    "import ctypes\ncallback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)\ncallback()",
  );
  const error = await failureOf(() => py.makeSnapshot());
  assert.match(error.message, /functions that were made for C code to call/);

  await py.runPython("import gc\ndel callback\ngc.collect()");
  const saved = await py.makeSnapshot();
  const other = await load({ snapshot: saved });
  const again = "ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(41)";
  assert.equal(await other.runPython(again), 42);
});

test("JS-opt-makeSnapshot, JS-makeMemorySnapshot: the same by the names of other implementations", async () => {
  const py = await load({ _makeSnapshot: true });
  await py.runPython("x = 'saved'");
  const saved = await py.makeMemorySnapshot();
  assert.ok(saved instanceof Uint8Array);

  for (const given of [saved, saved.slice().buffer, Promise.resolve(saved)]) {
    const other = await load({ _loadSnapshot: given });
    assert.equal(await other.runPython("x"), "saved");
  }
});

test("BY-snapshot, JS-opt-makeSnapshot: what is damaged, or of another build, is refused", async () => {
  const bytes = await snapshotBytes();
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 300));
  const at = text.indexOf('"buildId":"') + '"buildId":"'.length;
  const other = bytes.slice();
  other[at] = other[at] === 0x30 ? 0x31 : 0x30;
  const refused: [Uint8Array, RegExp][] = [
    [other, /is of build .*, the kernel is of build /],
    [bytes.subarray(0, -1), /length does not fit/],
    [new Uint8Array(4), /too short/],
  ];
  for (const [snapshot, message] of refused) {
    assert.match((await failureOf(() => load({ snapshot }))).message, message);
  }
});
