import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { eventually } from "../support/eventually.ts";
import { failsInPython } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import asyncio, contextvars, sys, time
loop = asyncio.get_event_loop()

async def double(x):
    await asyncio.sleep(0.001)
    return 2 * x

async def turns(count=2):
    for _ in range(count):
        await asyncio.sleep(0)
`);

const answer = (code: string) => answerOf(py, code);

test("WL-current: a loop is installed and runs in synchronous code", async () => {
  const sync = await py.runPython(`
    task = asyncio.create_task(double(2))
    future = asyncio.ensure_future(double(3))
    repr([type(loop).__name__, loop is asyncio.get_running_loop(), asyncio.get_event_loop() is loop])
  `);

  assert.equal(sync, "['WebLoop', True, True]");
  assert.deepEqual(await answer("[await task, await future]"), [4, 6]);
});

test("WL-current: tasks run together, in order; timeouts and cancellation work", async () => {
  const order = await answer(`
    order = []
    async def step(name, delay):
        order.append(name + "+")
        await asyncio.sleep(delay)
        order.append(name + "-")
        return name
    order + await asyncio.gather(step("a", 0.02), step("b", 0.001), step("c", 0))
  `);
  const ended = await answer(`
    log = []
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        log.append("timeout")
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append("cancelled")
    log
  `);

  assert.deepEqual(order, ["a+", "b+", "c+", "c-", "b-", "a-", "a", "b", "c"]);
  assert.deepEqual(ended, ["timeout", "cancelled"]);
});

test("WL-state: the loop always runs and never closes", async () => {
  const states = await answer(`
    def state(): return [loop.is_running(), loop.is_closed()]
    [state(), loop.run_forever(), state(), loop.stop(), state(), loop.close(), state(), await double(1)]
  `);

  const running = [true, false];
  assert.deepEqual(states, [running, null, running, null, running, null, running, 2]);
});

test("WL-call_soon: callbacks run as a macrotask, in order, with their arguments", async () => {
  const seen = await answer(`
    import js
    from pyodide.ffi import create_once_callable
    seen = []
    loop.call_soon(seen.append, "a")
    loop.call_soon_threadsafe(seen.append, "b")
    canceled = loop.call_soon(seen.append, "canceled")
    canceled.cancel()
    js.queueMicrotask(create_once_callable(lambda: seen.append("microtask")))
    seen.append("now")
    await asyncio.sleep(0.005)
    seen + [canceled.cancelled(), type(canceled) is asyncio.Handle]
  `);

  assert.deepEqual(seen, ["now", "microtask", "a", "b", true, true]);
});

test("WL-call_soon: in the context that is given, else in a copy of the current one", async () => {
  const seen = await answer(`
    var = contextvars.ContextVar("var", default="unset")
    seen = []
    def note(): seen.append(var.get()); var.set("changed")
    given = contextvars.Context()
    given.run(var.set, "given")
    token = var.set("current")
    loop.call_soon(note, context=given)
    loop.call_soon(note)
    await turns()
    seen + [given[var], var.get()]
  `);

  assert.deepEqual(seen, ["given", "current", "changed", "current"]);
});

test("WL-call_later: timers run in order of time, canceled ones never", async () => {
  const result = await answer(`
    seen = []
    start = loop.time()
    late = loop.call_later(0.03, seen.append, "late")
    loop.call_at(start + 0.01, seen.append, "early")
    loop.call_later(0.02, seen.append, "canceled").cancel()
    never = loop.call_later(float("inf"), seen.append, "never")
    far = loop.call_later(2**40, seen.append, "far")
    await asyncio.sleep(0.05)
    far.cancel()
    [seen, loop.time() - start >= 0.05, type(late) is asyncio.TimerHandle, late.when() >= start]
  `);

  assert.deepEqual(result, [["early", "late"], true, true, true]);
  const message = /Can't schedule in the past/;
  await failsInPython(() => py.runPython("loop.call_later(-1, print)"), "ValueError", message);
  const past = "loop.call_at(loop.time() - 1, print)";
  await failsInPython(() => py.runPython(past), "ValueError", message);
});

test("WL-call_later: the clock is monotonic seconds", async () => {
  const [passed, isMonotonic] = await answer(`
    times = [loop.time()]
    for _ in range(20):
        await asyncio.sleep(0.001)
        times.append(loop.time())
    [times[-1] - times[0], times == sorted(times)]
  `);

  assert.ok(passed >= 0.02 && passed < 5, passed);
  assert.equal(isMonotonic, true);
});

test("WL-callback.errors: what ends programs goes to the loop's handlers, and the loop goes on", async () => {
  const seen = await answer(`
    seen = []
    loop._system_exit_handler = lambda code: seen.append(["exit", code])
    loop._keyboard_interrupt_handler = lambda: seen.append(["interrupt"])
    def leave(): raise SystemExit(3)
    def interrupt(): raise KeyboardInterrupt
    try:
        loop.call_soon(leave)
        loop.call_soon(interrupt)
        loop.call_soon(seen.append, ["after"])
        await turns(3)
    finally:
        loop._system_exit_handler = loop._keyboard_interrupt_handler = None
    seen
  `);

  assert.deepEqual(seen, [["exit", 3], ["interrupt"], ["after"]]);
});

test("WL-create_future: PyodideFuture and PyodideTask", async () => {
  const made = await answer(`
    import pyodide.webloop
    future = loop.create_future()
    task = loop.create_task(double(1), name="named", context=contextvars.copy_context())
    [
        type(future).__name__, type(task).__name__, task.get_name(), await task,
        isinstance(future, asyncio.Future), isinstance(task, asyncio.Task),
        isinstance(task, pyodide.webloop.PyodideFuture), future.get_loop() is loop,
    ]
  `);

  assert.deepEqual(made, ["PyodideFuture", "PyodideTask", "named", 2, true, true, true, true]);
});

test("WL-create_future: eager_start begins at once", async () => {
  const seen = await answer(`
    seen = []
    async def note(): seen.append("ran")
    loop.create_task(note(), eager_start=True)
    seen.append("next")
    await turns()
    seen
  `);

  assert.deepEqual(seen, ["ran", "next"]);
});

test("WL-create_future: a task factory makes the tasks, None restores the loop's own", async () => {
  const seen = await answer(`
    names = []
    def factory(loop, coro, **options):
        names.append(coro.__name__)
        return asyncio.Task(coro, loop=loop, **options)
    loop.set_task_factory(factory)
    try:
        is_set = loop.get_task_factory() is factory
        task = asyncio.create_task(double(2))
    finally:
        loop.set_task_factory(None)
    own = asyncio.create_task(double(3))
    [is_set, names, type(task).__name__, loop.get_task_factory(), type(own).__name__, await task, await own]
  `);

  assert.deepEqual(seen, [true, ["double"], "Task", null, "PyodideTask", 4, 6]);
  await failsInPython(() => py.runPython("loop.set_task_factory(3)"), "TypeError");
});

test("WL-create_future: asyncio's own tools work", async () => {
  const result = await answer(`
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(double(n)) for n in range(3)]
    queue = asyncio.Queue()
    async def produce():
        for n in range(3): await queue.put(n)
    producer = asyncio.create_task(produce())
    got = [await queue.get() for _ in range(3)]
    done, pending = await asyncio.wait([asyncio.create_task(double(1)), asyncio.create_task(asyncio.sleep(9))],
                                       return_when=asyncio.FIRST_COMPLETED)
    for task in pending: task.cancel()
    [sum(task.result() for task in tasks), got, len(done), len(pending)]
  `);

  assert.deepEqual(result, [6, [0, 1, 2], 1, 1]);
});

test("WL-future.then: then, catch and finally_ give new futures", async () => {
  const result = await answer(`
    log = []
    async def slow(x): return await double(x)
    def fail(x): raise KeyError(x)
    async def later_fail(): raise LookupError("finally")
    def start(x): return asyncio.ensure_future(double(x))
    chained = start(1).then(lambda x: x + 1)
    results = [
        type(chained).__name__, chained.get_loop() is loop, await chained,
        await start(1).then(slow),
        await start(2).then(lambda x: asyncio.ensure_future(slow(x))),
        await start(1).then(fail).catch(lambda error: repr(error)),
        await start(1).then(fail).then(lambda x: "not called", lambda error: "second handler"),
        await start(1).then(None),
        await start(1).catch(lambda error: "not called"),
        await start(1).finally_(lambda: log.append("finally") or "ignored"),
        await start(1).finally_(lambda: double(50)),
    ]
    for future in (start(1).then(fail), start(1).then(fail).finally_(lambda: None), start(1).finally_(later_fail)):
        try:
            await future
        except LookupError as error:
            results.append(repr(error))
    results + log
  `);

  assert.deepEqual(result, [
    "PyodideFuture",
    true,
    3,
    4,
    8,
    "KeyError(2)",
    "second handler",
    2,
    2,
    2,
    2,
    "KeyError(2)",
    "KeyError(2)",
    "LookupError('finally')",
    "finally",
  ]);
});

test("WL-future.then: handlers' results are awaited repeatedly, cancellation passes on", async () => {
  const result = await answer(`
    async def inner(): return double(4)
    canceled = loop.create_future()
    chains = [canceled.then(lambda x: x), canceled.catch(lambda e: "caught"), canceled.finally_(lambda: None)]
    canceled.cancel()
    ends = []
    for chain in chains:
        try:
            ends.append(await chain)
        except asyncio.CancelledError:
            ends.append("canceled")
    [await asyncio.ensure_future(double(1)).then(lambda _: inner()), ends, [c.cancelled() for c in chains]]
  `);

  assert.equal(result[0], 8);
  assert.deepEqual(result[1], ["canceled", "canceled", "canceled"]);
  assert.deepEqual(result[2], [true, true, true]);
});

test("WL-executor: a function runs at once, in this thread", async () => {
  const result = await answer(`
    import threading
    seen = []
    future = loop.run_in_executor(None, lambda *args: seen.append(args) or threading.get_ident(), 1, 2)
    seen.append(future.done())
    failing = loop.run_in_executor("any executor", divmod, 1, 0)
    [
        seen, await future == threading.get_ident(), repr(failing.exception()),
        loop.set_default_executor(None), await loop.shutdown_default_executor(),
        await asyncio.to_thread(divmod, 7, 2),
    ]
  `);

  assert.deepEqual(result, [
    [[1, 2], true],
    true,
    "ZeroDivisionError('integer division or modulo by zero')",
    null,
    null,
    [3, 1],
  ]);
});

test("WL-asyncgens: an unfinished generator is closed when it is collected", async () => {
  const seen = await answer(`
    seen = []
    async def generator(name):
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            seen.append(name)
    async def take_one():
        async for item in generator("dropped"):
            return item
    await take_one()
    import gc
    gc.collect()
    await turns(4)
    seen
  `);

  assert.deepEqual(seen, ["dropped"]);
});

test("WL-asyncgens: shutdown_asyncgens closes all", async () => {
  const seen = await answer(`
    seen = []
    async def generator(name):
        try:
            yield 1
        finally:
            seen.append(name)
    kept = [generator(n) for n in "ab"]
    for one in kept: await anext(one)
    await loop.shutdown_asyncgens()
    sorted(seen)
  `);

  assert.deepEqual(seen, ["a", "b"]);
});

test("WL-exceptions: handlers are set, asked and called as in asyncio", async () => {
  const seen = await answer(`
    seen = []
    handler = lambda loop, context: seen.append([type(loop).__name__, context["message"]])
    before = loop.get_exception_handler()
    loop.set_exception_handler(handler)
    try:
        is_set = loop.get_exception_handler() is handler
        loop.call_exception_handler({"message": "direct"})
        def fail(): raise KeyError("in a callback")
        loop.call_soon(fail)
        await turns()
    finally:
        loop.set_exception_handler(None)
    [before, is_set, seen[0], "fail" in seen[1][1]]
  `);

  assert.deepEqual(seen, [null, true, ["WebLoop", "direct"], true]);
  await failsInPython(() => py.runPython("loop.set_exception_handler(3)"), "TypeError");
});

test("WL-exceptions: what nobody waits for is reported at once, and only that", async () => {
  const lines: string[] = [];
  const other = await load({ stderr: (line: string) => lines.push(line) });

  await other.runPythonAsync(`
import asyncio
async def fail(): 1 / 0
awaited = asyncio.create_task(fail())
try:
    await awaited
except ZeroDivisionError:
    pass
for _ in range(3): await asyncio.sleep(0)
`);
  assert.deepEqual(lines, []);
  await other.runPython("kept = asyncio.create_task(fail())");
  await eventually(() => lines.length >= 4, "the report");

  assert.equal(lines[0], "Unhandled exception in event loop");
  assert.equal(lines[1], "Traceback (most recent call last):");
  assert.equal(lines.at(-1), "ZeroDivisionError: division by zero");
  lines.length = 0;
  const context = `{"message": "told", "exception": ValueError("x"), "future": 3}`;
  await other.runPython(`asyncio.get_event_loop().default_exception_handler(${context})`);
  await eventually(() => lines.length >= 3, "the report");
  assert.deepEqual(lines, ["told", "future: 3", "ValueError: x"]);
});

test("WL-inProgress: the handler is called when the last task or future ends", async () => {
  const seen = await answer(`
    seen = []
    other = asyncio.new_event_loop()
    asyncio.get_event_loop_policy().set_event_loop(loop)
    other._no_in_progress_handler = lambda: seen.append("idle")
    try:
        future = other.create_future()
        task = other.create_task(double(1))
        while not task.done(): await asyncio.sleep(0.001)
        await asyncio.sleep(0.005)
        seen.append(len(seen))
        future.set_result(1)
        while len(seen) < 2: await asyncio.sleep(0.001)
        other.create_task(double(2))
        while len(seen) < 3: await asyncio.sleep(0.001)
    finally:
        other._no_in_progress_handler = None
    seen
  `);

  assert.deepEqual(seen, [0, "idle", "idle"]);
});

test("WL-debug: off, unless dev mode or the environment says otherwise", async () => {
  assert.deepEqual(await answer("[loop.get_debug(), loop.set_debug(True), loop.get_debug()]"), [
    false,
    null,
    true,
  ]);
  await py.runPython("loop.set_debug(False)");
  const fromEnvironment = await load({ env: { PYTHONASYNCIODEBUG: "1" } });
  const fromMode = await load({ args: ["-X", "dev"] });

  const debug = "import asyncio; asyncio.get_event_loop().get_debug()";
  assert.equal(await fromEnvironment.runPython(debug), true);
  assert.equal(await fromMode.runPython(debug), true);
});

test("WL-unsupported: what the host cannot do raises NotImplementedError", async () => {
  const missing = await answer(`
    import inspect, signal, socket
    names = """add_reader remove_reader add_writer remove_writer add_signal_handler remove_signal_handler
        connect_read_pipe connect_write_pipe sendfile create_server create_unix_connection create_unix_server
        connect_accepted_socket create_datagram_endpoint start_tls sock_recvfrom sock_recvfrom_into sock_sendto
        sock_accept sock_sendfile subprocess_shell subprocess_exec""".split()
    async def refuses(name):
        member = getattr(loop, name)
        required = [p for p in inspect.signature(member).parameters.values()
                    if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        try:
            result = member(*(None for _ in required))
            if inspect.isawaitable(result): await result
        except NotImplementedError:
            return True
        return False
    [name for name in names if not await refuses(name)]
  `);

  assert.deepEqual(missing, []);
});

test("WL-sockets: without Node's sockets they raise NotImplementedError; names are resolved", async () => {
  const result = await answer(`
    import socket
    refused, sock = [], None
    for call in (
        lambda: loop.create_connection(asyncio.Protocol, "127.0.0.1", 9),
        lambda: loop.create_connection(asyncio.Protocol, "127.0.0.1", 9, ssl=True),
        lambda: loop.sock_connect(sock, ("127.0.0.1", 9)),
        lambda: loop.sock_recv(sock, 1),
        lambda: loop.sock_recv_into(sock, bytearray(1)),
        lambda: loop.sock_sendall(sock, b"x"),
    ):
        try:
            await call()
        except NotImplementedError:
            refused.append(True)
    found = await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    [len(refused), found[0][4], await loop.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)]
  `);

  assert.deepEqual(result, [6, ["127.0.0.1", 80], ["127.0.0.1", "80"]]);
});

test("WL-policy: new loops are WebLoops and become the current one", async () => {
  const result = await answer(`
    policy = asyncio.get_event_loop_policy()
    other = asyncio.new_event_loop()
    try:
        changed = policy.get_event_loop() is other
    finally:
        asyncio.set_event_loop(loop)
    [type(policy).__name__, type(other).__name__, other is loop, changed, policy.get_event_loop() is loop]
  `);

  assert.deepEqual(result, ["WebLoopPolicy", "WebLoop", false, true, true]);
});

test("WL-scheduler: callbacks with hardly any delay do not wait for timers", async () => {
  const [soon, short, timers] = await answer(`
    async def passed(seconds):
        start = time.perf_counter()
        for _ in range(100): await asyncio.sleep(seconds)
        return time.perf_counter() - start
    [await passed(0), await passed(0.0001), await passed(0.004)]
  `);

  assert.ok(timers >= 0.4, `${timers} s`);
  assert.ok(soon < timers / 2 && short < timers / 2, `${soon} s, ${short} s of ${timers} s`);
});
