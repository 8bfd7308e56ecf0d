import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { CallFlag, type Value } from "#protocol";
import { FailureKind, Op } from "#vocabulary";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";
import { type Client, hello, int, Kraitd, text } from "./support/kraitd.ts";

const server = await Kraitd.start();
after(() => server.stop());

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
  const pids = await Promise.all(
    [first, second].map((client) => evalValue(client, "import os; os.getpid()")),
  );
  assert.notDeepEqual(pids[0], pids[1]);
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

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
