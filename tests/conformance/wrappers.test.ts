import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

// That every proxy of a callback is released is what the check of handles after each test finds.
const py = await startKernel();
await py.runPython("import asyncio, js\nfrom pyodide.ffi.wrappers import *");

const answer = (code: string) => answerOf(py, code);

test("WR-add_event_listener, WR-remove_event_listener: registered until it is removed", async () => {
  const seen = await answer(`
    target, other = js.EventTarget.new(), js.EventTarget.new()
    seen = []
    def listener(event): seen.append(event.type)
    def second(event): seen.append("second")
    def fire(*names):
        for name in names: target.dispatchEvent(js.Event.new(name))
    add_event_listener(target, "ping", listener)
    add_event_listener(target, "pong", listener)
    add_event_listener(target, "ping", second)
    add_event_listener(other, "ping", listener)
    fire("ping", "pong")
    remove_event_listener(target, "ping", listener)
    fire("ping", "pong")
    remove_event_listener(target, "pong", listener)
    remove_event_listener(target, "ping", second)
    remove_event_listener(other, "ping", listener)
    fire("ping", "pong")
    seen
  `);

  assert.deepEqual(seen, ["ping", "second", "pong", "second", "pong"]);
});

test("WR-remove_event_listener: an unknown triple is a KeyError", async () => {
  await py.runPython(`
target = js.EventTarget.new()
def listener(event): pass
add_event_listener(target, "ping", listener)
  `);

  const unknown = [
    "js.EventTarget.new(), 'ping', listener",
    "target, 'pong', listener",
    "target, 'ping', print",
  ];
  for (const triple of unknown) {
    await failsInPython(() => py.runPython(`remove_event_listener(${triple})`), "KeyError");
  }
  await py.runPython("remove_event_listener(target, 'ping', listener)");
  await failsInPython(
    () => py.runPython("remove_event_listener(target, 'ping', listener)"),
    "KeyError",
  );
});

test("WR-set_timeout: the handle is the host's, the callback runs once and is released", async () => {
  const result = await answer(`
    from pyodide.ffi import JsProxy
    seen = []
    handle = set_timeout(lambda: seen.append("fired"), 1)
    while not seen: await asyncio.sleep(0.001)
    [seen, isinstance(handle, (int, JsProxy))]
  `);

  assert.deepEqual(result, [["fired"], true]);
});

test("WR-clear_timeout: it cancels and releases, and is harmless afterwards", async () => {
  const seen = await answer(`
    seen = []
    canceled = set_timeout(lambda: seen.append("never"), 1)
    clear_timeout(canceled)
    clear_timeout(canceled)
    fired = set_timeout(lambda: seen.append("fired"), 1)
    while not seen: await asyncio.sleep(0.001)
    clear_timeout(fired)
    seen
  `);

  assert.deepEqual(seen, ["fired"]);
});

test("WR-set_interval, WR-clear_interval: it goes on until it is cleared, which may be repeated", async () => {
  const result = await answer(`
    from pyodide.ffi import JsProxy
    seen = []
    handle = set_interval(lambda: seen.append(1), 1)
    while len(seen) < 3: await asyncio.sleep(0.001)
    clear_interval(handle)
    clear_interval(handle)
    count = len(seen)
    await asyncio.sleep(0.02)
    [len(seen) == count, isinstance(handle, (int, JsProxy))]
  `);

  assert.deepEqual(result, [true, true]);
});

test("WR-set_timeout, WR-set_interval: a callback may clear itself, and one that raises is released", async () => {
  const seen = await answer(`
    seen = []
    def stop():
        seen.append("stop")
        clear_interval(handle)
    handle = set_interval(stop, 1)
    await asyncio.sleep(0.02)
    seen
  `);

  assert.deepEqual(seen, ["stop"]);
});
