import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CallFlag, type Message, Reason, type Value } from "#protocol";
import { FailureKind, Op } from "#vocabulary";
import { type Client, hello, int, Kraitd, runKraitd, text } from "../support/kraitd.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const server = await Kraitd.start();
after(() => server.stop());
/** Has nothing to do until the last test. */
const patient = await Kraitd.start();
const patientSince = performance.now();
after(() => patient.stop());

/** The object that a return introduced, as the target of a call. */
function targetOf(value: Value): { index: number; generation: number } {
  assert.equal(value.which, "mine");
  const { index, generation } = value as Value & { which: "mine" };
  return { index, generation };
}

async function evalValue(client: Client, source: string): Promise<Value> {
  const returned = await client.eval(source);
  assert.equal(returned.which, "value", JSON.stringify(returned));
  return (returned as { value: Value }).value;
}

test("kraitd: only its user reaches the socket", () => {
  assert.equal(statSync(server.path).mode & 0o777, 0o600);
});

test("kraitd: a client gets an interpreter of its own", async () => {
  const [first, second] = [await server.welcome(), await server.welcome()];
  await evalValue(first, "import builtins; builtins.mine = 1");

  assert.deepEqual(await evalValue(second, "hasattr(__import__('builtins'), 'mine')"), {
    which: "bool",
    bool: false,
  });
  for (const client of [first, second]) client.socket.destroy();
});

test("kraitd: a chain of calls is one packet there and one answer each", async () => {
  const client = await server.welcome();
  const flags = (1 << CallFlag.keepAnswer) | (1 << CallFlag.discardResult);
  const list = client.call(Op.eval, [text("[3, 1, 2]")], { flags });
  const sorted = client.call(Op.eval, [text("sorted")], { flags });
  const result = client.call(Op.call, [{ which: "answer", answer: list.call.id }], {
    flags,
    which: "answer",
    answer: sorted.call.id,
  } as object);
  const item = client.call(Op.getItem, [int(0)], {
    which: "answer",
    answer: result.call.id,
  } as object);

  client.send(list, sorted, result, item);

  const returned = await client.returned(item.call.id);
  assert.deepEqual((returned as { value: Value }).value, int(1));
  client.socket.destroy();
});

test("kraitd: Python calls functions of the client, which call Python again", async () => {
  const client = await server.welcome();
  const apply = targetOf(await evalValue(client, "lambda f, x: f(x) + 1"));
  const double = targetOf(await evalValue(client, "lambda x: x * 2"));
  const mine: Value = { which: "mine", index: 9, generation: 1, flags: 1 };
  const call = client.call(Op.call, [mine, int(20)], apply);

  client.send(call);
  const asked = await client.next("call");
  assert.deepEqual(asked.call.arguments, [int(20)]);
  assert.equal(asked.call.chain, call.call.chain);
  const nested = client.call(Op.call, asked.call.arguments, { ...double, depth: 2 });
  client.send(nested);
  const value = ((await client.returned(nested.call.id)) as { value: Value }).value;
  client.send({ which: "return", return: { callId: asked.call.id, which: "value", value } });

  assert.deepEqual(await client.returned(call.call.id), {
    callId: call.call.id,
    which: "value",
    value: int(41),
  });
  client.socket.destroy();
});

test("kraitd: a computation is interrupted, the next call is not", async () => {
  const client = await server.welcome();
  const endless = client.call(Op.eval, [text("while True: pass")]);
  client.send(endless);
  client.send({ which: "ping", ping: 3 });
  assert.equal((await client.next("pong")).pong, 3);

  for (let nonce = 1; ; nonce++) {
    client.send({
      which: "signal",
      signal: { kind: 1, number: 2, nonce, which: "call", call: endless.call.id },
    });
    const answer = await Promise.race([client.next("event"), delay(50)]);
    if (answer !== undefined) break;
  }

  const returned = await client.returned(endless.call.id);
  assert.deepEqual((returned as { failure?: { typeName: Value } }).failure?.typeName, {
    which: "text",
    text: "KeyboardInterrupt",
  });
  assert.deepEqual(await evalValue(client, "sum(range(1000))"), int(499500));
  client.socket.destroy();
});

test("kraitd: a call that waits behind another is cancelled", async () => {
  const client = await server.welcome();
  const slow = client.call(Op.eval, [text("import time; time.sleep(0.3)")]);
  const waiting = client.call(Op.eval, [text("1 / 0")]);
  client.send(slow);
  client.send(waiting);
  client.send({ which: "finish", finish: { callId: waiting.call.id, cancel: true } });

  const returned = await client.returned(waiting.call.id);
  assert.equal((returned as { failure?: { kind: number } }).failure?.kind, FailureKind.canceled);
  client.socket.destroy();
});

test("kraitd: what is scheduled runs when nothing else does", async () => {
  const client = await server.welcome();
  const source = [
    "import asyncio, pyodide.webloop",
    "loop = pyodide.webloop.WebLoop()",
    "calls = []",
    "loop.call_later(0.01, calls.append, 1)",
    "lambda: len(calls)",
  ].join("\n");
  const count = targetOf(await evalValue(client, source));
  let value: Value = int(0);
  while ((value as { int: number }).int === 0) {
    await delay(10);
    const call = client.call(Op.call, [], count);
    client.send(call);
    value = ((await client.returned(call.call.id)) as { value: Value }).value;
  }
  assert.deepEqual(value, int(1));
  client.socket.destroy();
});

test("kraitd: the wrong token is refused, the right one admitted", async () => {
  const file = join(await temporaryFolder(), "token");
  writeFileSync(file, "secret\n", { mode: 0o600 });
  const guarded = await Kraitd.start("--token-file", file);
  for (const [token, kind] of [
    ["", "bye"],
    ["secreT", "bye"],
    ["secret", "welcome"],
  ] as const) {
    const client = await guarded.connect();
    client.send(hello(new TextEncoder().encode(token)));
    assert.ok(await client.next(kind));
    client.socket.destroy();
  }
  await guarded.stop();
});

test("kraitd: garbage ends its own connection and nobody else's", async () => {
  const client = await server.welcome();
  for (const garbage of [
    "GET / HTTP/1.1\r\n\r\n",
    "\0".repeat(64),
    "\x10\0\0\0\0\0\0\0".repeat(9),
  ]) {
    const other = await server.connect();
    other.socket.write(garbage, "latin1");
    await other.closed;
  }

  assert.deepEqual(await evalValue(client, "1 + 1"), int(2));
  client.socket.destroy();
});

test("kraitd: a kernel that dies ends its own session and nobody else's", async () => {
  const [client, other] = [await server.welcome(), await server.welcome()];
  client.send(client.call(Op.eval, [text("import os; os.abort()")]));
  await client.closed;

  assert.deepEqual(await evalValue(other, "1 + 1"), int(2));
  other.socket.destroy();
});

test("kraitd: the kernel of a client that is gone ends, whatever it does", async () => {
  const client = await server.welcome();
  const started = server.log.split("event=ended").length - 1;
  client.send(client.call(Op.eval, [text("while True: pass")]));
  await delay(100);
  client.socket.destroy();

  await server.logged("event=ended", started + 1);
});

test("kraitd: more clients than it may serve are turned away", async () => {
  const small = await Kraitd.start("--max-sessions", "1");
  const client = await small.welcome();
  const refused = await small.connect();
  await refused.closed;
  assert.deepEqual(await evalValue(client, "1"), int(1));
  client.socket.destroy();
  await small.stop();
});

test("kraitd: it ends on SIGTERM, and its socket with it", async () => {
  const ending = await Kraitd.start();
  const client = await ending.welcome();

  assert.equal(await ending.stop(), 0);
  await client.closed;
  await assert.rejects(ending.connect());
});

test("kraitd: a socket that a killed server has left is taken over, one in use is not", async () => {
  const killed = await Kraitd.start();
  const gone = new Promise((resolve) => killed.process.once("exit", resolve));
  killed.process.kill("SIGKILL");
  await gone;

  const next = await Kraitd.startAt(killed.path);
  const second = runKraitd("--listen", `unix:${killed.path}`);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /address already in use/);
  assert.deepEqual(await evalValue(await next.welcome(), "1"), int(1));
  await next.stop();
});

test("kraitd: a wrong command line is refused with what is wrong", () => {
  const cases: [string[], RegExp][] = [
    [[], /--listen ADDRESS is needed/],
    [["--listen", "http://x"], /neither unix:PATH nor tcp/],
    [["--listen", "tcp://127.0.0.1:99999"], /no numeric address, or no port/],
    [["--listen", "tcp://0.0.0.0:7000", "--token", "x"], /beyond this machine/],
    [["--listen", "tcp://127.0.0.1:0"], /give --token-file/],
    [["--listen", "unix:/tmp/x", "--token", ""], /token is empty/],
    [["--listen", "unix:/tmp/x", "--token-file", "/none"], /cannot be read/],
    [["--listen", "unix:/tmp/x", "--max-memory", "lots"], /no such number/],
    [["--listen", "unix:/tmp/x", "--python-path", "/none"], /there is no \/none/],
    [["--listen", "unix:/tmp/x", "more"], /is no option/],
    [["--wrong"], /--wrong is unknown/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = runKraitd(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
  assert.match(runKraitd("--version").stdout, /^kraitd \d+\.\d+\.\d+\n$/);
  assert.match(runKraitd("--help").stdout, /--allow-network/);
});

/** Whether a Python expression fails with an OSError, asked of a kernel. */
const refuses = (expression: string) => `
def refused():
    import os, socket, urllib.request
    try: ${expression}
    except OSError: return True
    return False
refused()`;
const yes: Value = { which: "bool", bool: true };
const no: Value = { which: "bool", bool: false };

test("kraitd: a kernel reaches no network, no files of the host, no other process", async () => {
  const folder = await temporaryFolder();
  const secret = join(folder, "secret");
  writeFileSync(secret, "of the host");
  const client = await server.welcome();
  const port = await listeningPort();

  for (const expression of [
    `open(${JSON.stringify(secret)})`,
    "open('/etc/passwd')",
    "os.listdir('/root')",
    "open('/usr/lib/mine', 'w')",
    `socket.create_connection(("127.0.0.1", ${port}), 1)`,
  ]) {
    assert.deepEqual(await evalValue(client, refuses(expression)), yes, expression);
  }
  const processes = "len([name for name in __import__('os').listdir('/proc') if name.isdigit()])";
  assert.ok(((await evalValue(client, processes)) as { int: number }).int <= 2);
  await evalValue(client, "open('/tmp/mine', 'w').write('x'); open('also', 'w').close()");
  const other = await server.welcome();
  const isHere = "import os; os.path.exists('/tmp/mine') or os.path.exists('also')";
  assert.deepEqual(await evalValue(client, isHere), yes);
  assert.deepEqual(await evalValue(other, isHere), no);
  for (const each of [client, other]) each.socket.destroy();
});

test("kraitd: it grants what it is told to", async () => {
  const [readable, writable] = [await temporaryFolder(), await temporaryFolder()];
  writeFileSync(join(readable, "data"), "of the host");
  const grants = ["--allow-read", readable, "--allow-write", writable, "--allow-network"];
  const generous = await Kraitd.start(...grants);
  const client = await generous.welcome();
  const port = await listeningPort();

  assert.deepEqual(
    await evalValue(client, `open(${JSON.stringify(join(readable, "data"))}).read()`),
    text("of the host"),
  );
  const write = refuses(`open(${JSON.stringify(join(readable, "new"))}, "w")`);
  assert.deepEqual(await evalValue(client, write), yes);
  await evalValue(client, `open(${JSON.stringify(join(writable, "new"))}, "w").write("y"); None`);
  assert.equal(readFileSync(join(writable, "new"), "utf8"), "y");
  const reach = refuses(`socket.create_connection(("127.0.0.1", ${port}), 1).close()`);
  assert.deepEqual(await evalValue(client, reach), no);
  await generous.stop();

  const open = await Kraitd.start("--no-sandbox");
  const trusted = await open.welcome();
  assert.deepEqual(await evalValue(trusted, refuses("open('/etc/passwd')")), no);
  await open.stop();
});

test("kraitd: limits end a session, or fail what passes them, and nobody else's", async () => {
  const limits = ["--max-memory", "600", "--max-cpu", "1", "--max-files", "40"];
  const strict = await Kraitd.start(...limits);
  const client = await strict.welcome();
  const failed = await client.eval("bytearray(2 * 1024 ** 3)");
  assert.deepEqual((failed as { failure?: { typeName: Value } }).failure?.typeName, {
    which: "text",
    text: "MemoryError",
  });
  const files = refuses("[os.open('/', 0) for _ in range(100)]");
  assert.deepEqual(await evalValue(client, files), yes);

  const busy = await strict.welcome();
  busy.send(busy.call(Op.eval, [text("while True: pass")]));
  await busy.closed;
  assert.deepEqual(await evalValue(client, "1 + 1"), int(2));
  await strict.stop();

  const brief = await Kraitd.start("--max-seconds", "1");
  const late = await brief.welcome();
  await late.closed;
  await brief.logged("event=time-passed");
  await brief.stop();
});

test("kraitd: a session that nobody uses is ended, and says so; one that computes or is asked is not", async () => {
  const idle = await Kraitd.start("--max-idle", "1");
  const [used, silent] = [await idle.welcome(), await idle.welcome()];
  const using = setInterval(() => used.eval("1 + 1"), 300);
  const began = performance.now();
  const { bye } = (await silent.next("bye")) as Message & { which: "bye" };
  await silent.closed;
  assert.equal(bye.reason, Reason.idle);
  assert.equal(bye.failure?.message?.which, "text");
  assert.ok(performance.now() - began < 5000);
  clearInterval(using);

  assert.deepEqual(await evalValue(used, "__import__('time').sleep(2.5) or 3"), int(3));
  await used.closed;
  await idle.logged("event=ended", 2);
  await idle.stop();
});

test("kraitd: metrics for Prometheus, and whether it is healthy", async () => {
  const watched = await Kraitd.start("--metrics", "tcp://127.0.0.1:0", "--max-sessions", "1");
  await watched.logged("detail=metrics");
  const url = `http://127.0.0.1:${/detail=metrics (\d+)/.exec(watched.log)?.[1]}`;
  const value = async (name: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const at = text.indexOf(`\n${name} `);
    assert.ok(at >= 0, `${name} in ${text}`);
    return Number.parseInt(text.slice(at + name.length + 2), 10);
  };
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.match(
    (await fetch(`${url}/metrics`)).headers.get("content-type") ?? "",
    /version=0\.0\.4/,
  );
  assert.equal((await fetch(`${url}/other`)).status, 404);
  assert.equal((await fetch(`${url}/metrics`, { method: "POST" })).status, 405);

  const client = await watched.welcome();
  assert.equal(await value("krait_sessions"), 1);
  assert.equal(await value("krait_sessions_total"), 1);
  const refused = await watched.connect();
  await refused.closed;
  assert.equal(await value("krait_sessions_refused_total"), 1);
  client.socket.destroy();
  await watched.logged("event=ended");
  assert.equal(await value("krait_sessions"), 0);
  const ends = await Promise.all(
    ["well", "status", "signal"].map((how) => value(`krait_kernels_ended_total{how="${how}"}`)),
  );
  assert.equal((ends[0] as number) + (ends[1] as number) + (ends[2] as number), 1);
  assert.ok((await value("krait_kernels_started_total")) >= 1);

  const { port } = new URL(url);
  for (const garbage of ["\0\xff".repeat(50), "x".repeat(20_000)]) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {}).write(garbage);
    if (garbage.length < 1000) socket.end();
    await new Promise((resolve) => socket.on("close", resolve).resume());
  }
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal(await watched.stop(), 0);
  assert.equal(runKraitd("--listen", "unix:/tmp/x", "--metrics", "tcp://192.0.2.1:1").status, 2);
});

test("kraitd: what is no WebSocket, or no packet in one, ends its own connection", async () => {
  const web = await Kraitd.start("--listen", "ws://127.0.0.1:0", "--token", "secret");
  await web.logged("detail=ws:");
  const port = Number(/detail=ws:\S+:(\d+)/.exec(web.log)?.[1]);
  const upgrade = [
    "GET / HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ].join("\r\n");
  /** A masked binary message of the bytes; the mask is zero. */
  const message = (bytes: string) =>
    `\x82${String.fromCharCode(0x80 | bytes.length)}\0\0\0\0${bytes}`;

  const cases: [string, RegExp][] = [
    ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["\0".repeat(64), /^/],
    [`${upgrade}\r\nOrigin: http://elsewhere.example\r\n\r\n`, /^(?!HTTP\/1\.1 101 )/],
    [`${upgrade}\r\n\r\n${message("no packet at all, but text")}`, /^HTTP\/1\.1 101 /],
    [`${upgrade}\r\n\r\n\xff\xff\xff\xff`, /^HTTP\/1\.1 101 /],
  ];
  for (const [bytes, answer] of cases) {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.write(bytes, "latin1");
    await new Promise((resolve) => socket.once("close", resolve));
    assert.match(text, answer);
  }
  assert.deepEqual(await evalValue(await web.welcome("secret"), "1 + 1"), int(2));
  await web.stop();
});

test("kraitd: kernels wait for clients, as many as it is told to, and are replaced", async () => {
  const warm = await Kraitd.start("--warm", "2");
  await warm.logged("event=started", 2);
  const client = await warm.welcome();
  await warm.logged("event=started", 3);
  const [first, second] = [...warm.log.matchAll(/event=started pid=(\d+)/g)].map(([, pid]) => pid);
  const used = /event=session pid=(\d+)/.exec(warm.log)?.[1];
  assert.ok(used === first || used === second, warm.log);

  const waiting = Number(used === first ? second : first);
  process.kill(waiting, "SIGKILL");
  await warm.logged("event=started", 4);
  assert.deepEqual(await evalValue(client, "1 + 1"), int(2));
  assert.equal(await warm.stop(), 0);

  const cold = await Kraitd.start("--warm", "0");
  assert.doesNotMatch(cold.log, /event=started/);
  assert.deepEqual(await evalValue(await cold.welcome(), "1 + 1"), int(2));
  await cold.stop();
});

/** A port of this host at which somebody accepts connections, until the test file ends. */
async function listeningPort(): Promise<number> {
  const listener = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  after(() => listener.close());
  return (listener.address() as AddressInfo).port;
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

test("kraitd: a kernel that has waited for a client longer than clients may be silent serves it", async () => {
  await sleep(Math.max(0, 16_000 - (performance.now() - patientSince)));
  const client = await patient.welcome();
  assert.deepEqual(await evalValue(client, "6 * 7"), int(42));
  client.socket.destroy();
});
