import assert from "node:assert/strict";
import { connect as connectSocket } from "node:net";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Feature, type Hello, type Welcome } from "#protocol";
import { fails } from "../support/failures.ts";
import { type Any, loadPyodide } from "../support/kernel.ts";
import { Client, hello, Kraitd } from "../support/kraitd.ts";
import { LossyProxy } from "../support/lossy-proxy.ts";
import { test } from "../support/test.ts";

const TOKEN = "a token of some length";
const BOTH = [{ sync: true }, { sync: false }];

interface Server {
  readonly kraitd: Kraitd;
  readonly port: number;
}

const running: Kraitd[] = [];
after(() => Promise.all(running.map((kraitd) => kraitd.stop())));

async function serve(...options: string[]): Promise<Server> {
  const listen = ["--listen", "tcp://127.0.0.1:0", "--token", TOKEN];
  const kraitd = await Kraitd.start(...listen, ...options);
  running.push(kraitd);
  await kraitd.logged("detail=tcp:");
  return { kraitd, port: Number(/detail=tcp:\S+:(\d+)/.exec(kraitd.log)?.[1]) };
}

async function load(port: number, options: object = {}): Promise<Any> {
  return loadPyodide({ kernel: `tcp://127.0.0.1:${port}`, token: TOKEN, ...options });
}

const server = await serve();

for (const mode of BOTH) {
  test(`lost connections: a session goes on where it was (sync: ${mode.sync})`, async () => {
    const proxy = await LossyProxy.start(server.port);
    const py = await load(proxy.port, mode);
    await py.runPython("here = [1, 2]");
    const list = await py.globals.get("here");

    for (let length = 3; length < 6; length++) {
      proxy.cut();
      if (length === 4) await sleep(100);
      await list.append(length);
      assert.equal(await list.length, length);
    }
    assert.equal(await py.runPython("sum(here)"), 15);

    assert.ok(proxy.count > 1);
    py.terminate();
    proxy.stop();
  });

  test(`lost connections: a call that runs meanwhile is answered, and asks the program (sync: ${mode.sync})`, async () => {
    const proxy = await LossyProxy.start(server.port);
    const lines: string[] = [];
    const py = await load(proxy.port, { ...mode, stdout: (line: string) => lines.push(line) });
    const source = `
import time
def run(double):
    print("begun", flush=True)
    time.sleep(0.3)
    print("slept", flush=True)
    return double(21)
run`;
    const run = await py.runPython(source);
    proxy.cut(100);
    const answer = await run((x: number) => x * 2);

    assert.equal(answer, 42);
    assert.deepEqual(lines, ["begun", "slept"]);
    py.terminate();
    proxy.stop();
  });
}

test("lost connections: nothing is lost and nothing done twice, wherever a connection breaks", async () => {
  const proxy = await LossyProxy.start(server.port, true);
  const py = await load(proxy.port, { sync: false });
  await py.runPython("seen = []");
  const append = await py.runPython("lambda i, text: (seen.append(i), len(text))[1]");
  const lengths: Promise<number>[] = [];
  for (let i = 0; i < 400; i++) {
    lengths.push(append(i, "x".repeat(i)));
    if (i % 20 === 0) await lengths[i];
  }

  assert.deepEqual(
    await Promise.all(lengths),
    lengths.map((_, i) => i),
  );
  assert.equal(await py.runPython("seen == list(range(400))"), true);
  assert.ok(proxy.count > 5, `it broke ${proxy.count - 1} times`);
  py.terminate();
  proxy.stop();
});

test("lost connections: more than is kept can be on its way, when it arrives", async () => {
  const proxy = await LossyProxy.start(server.port);
  const py = await load(proxy.port, { sync: false });
  const length = await py.globals.get("len");
  for (let i = 0; i < 3; i++) assert.equal(await length("x".repeat(5_000_000)), 5_000_000);
  proxy.cut();
  assert.equal(await length("abc"), 3);
  py.terminate();
  proxy.stop();
});

test("lost connections: a client that does not come back is waited for no longer than --grace", async () => {
  const brief = await serve("--grace", "1");
  const proxy = await LossyProxy.start(brief.port);
  const py = await load(proxy.port, { sync: false });
  const waiting = fails(
    () => py.runPython("import time; time.sleep(20)"),
    "KernelDied",
    /could not be made again/,
  );
  await brief.kraitd.logged("event=session");
  const ended = brief.kraitd.log.split("event=ended").length;
  proxy.stop();
  await brief.kraitd.logged("event=lost");
  await brief.kraitd.logged("event=ended", ended);
  await waiting;
});

test("lost connections: without --grace a session ends with its connection", async () => {
  const strict = await serve("--grace", "0");
  const proxy = await LossyProxy.start(strict.port);
  const py = await load(proxy.port, { sync: false });
  proxy.cut(100);
  await fails(() => py.runPython("import time; time.sleep(20)"), "KernelDied");
  assert.equal(proxy.count, 1);
  proxy.stop();
});

test("lost connections: a program that is done is not waited for", async () => {
  for (const mode of BOTH) {
    const { kraitd, port } = await serve();
    const py = await load(port, mode);
    assert.equal(await py.runPython("1 + 1"), 2);
    py.terminate();
    await kraitd.logged("event=ended");
    assert.doesNotMatch(kraitd.log, /event=lost/);
  }
});

test("lost connections: a kernel that has died is not come back to, and that is known at once", async () => {
  const py = await load(server.port, { sync: false });
  const before = performance.now();
  await fails(() => py.runPython("import os; os.abort()"), "KernelDied");
  assert.ok(performance.now() - before < 2500);
});

test("lost connections: a server that was killed is given up", async () => {
  const { kraitd, port } = await serve();
  const py = await load(port, { sync: false });
  const waiting = fails(() => py.runPython("import time; time.sleep(20)"), "KernelDied");
  kraitd.process.kill("SIGKILL");
  running.splice(running.indexOf(kraitd), 1);
  await waiting;
});

test("lost connections: who needs a place gets that of the client that was lost first", async () => {
  const small = await serve("--max-sessions", "2");
  const proxies = [await LossyProxy.start(small.port), await LossyProxy.start(small.port)];
  const [first, second] = await Promise.all(
    proxies.map((proxy) => load(proxy.port, { sync: false })),
  );
  proxies[1]?.stop();
  await small.kraitd.logged("event=lost");

  const third = await load(small.port, { sync: false });
  assert.equal(await third.runPython("1 + 1"), 2);
  assert.equal(await first.runPython("1 + 2"), 3);
  await small.kraitd.logged("event=forgotten");
  await fails(() => second.runPython("1"), "KernelDied");
  first.terminate();
  third.terminate();
  proxies[0]?.stop();
});

/** A greeting that wants a session back. */
function returning(welcome: Welcome, changes: object = {}) {
  const { hello: fresh } = hello(new TextEncoder().encode(TOKEN)) as { hello: Hello };
  const resume = { session: welcome.session, secret: welcome.resumeSecret, received: 1 };
  const features = fresh.features | (1 << Feature.resumption);
  return {
    which: "hello",
    hello: { ...fresh, features, resume: { ...resume, ...changes } },
  } as const;
}

async function connect(port: number): Promise<Client> {
  const socket = connectSocket(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  return new Client(socket);
}

async function welcomed(port: number): Promise<{ client: Client; welcome: Welcome }> {
  const client = await connect(port);
  const { hello: fresh } = hello(new TextEncoder().encode(TOKEN)) as { hello: Hello };
  const features = fresh.features | (1 << Feature.resumption);
  client.send({ which: "hello", hello: { ...fresh, features } });
  return { client, welcome: (await client.next("welcome")).welcome };
}

test("lost connections: nobody takes a session over without its secret", async () => {
  const { client, welcome } = await welcomed(server.port);
  assert.equal(welcome.session.length, 16);
  assert.equal(welcome.resumeSecret.length, 32);
  assert.equal(welcome.resumeGraceMs, 30_000);
  await client.eval("setattr(__import__('builtins'), 'mine', 1)");
  const wrong = welcome.resumeSecret.slice();
  wrong[31] = (wrong[31] as number) ^ 1;
  for (const secret of [wrong, new Uint8Array(0), wrong.slice(0, 31)]) {
    const thief = await connect(server.port);
    thief.send(returning(welcome, { secret }));
    await thief.closed;
  }

  // Its own client is not disturbed, and what is behind it neither.
  assert.equal((await client.eval("__import__('builtins').mine")).which, "value");
  const again = await connect(server.port);
  again.send(returning(welcome, { received: 3 }));
  const resumed = await again.next("welcome");
  assert.equal(resumed.welcome.resumed, true);
  await client.closed;
  const answer = await again.eval("__import__('builtins').mine");
  assert.deepEqual(answer.which === "value" && answer.value, { which: "int", int: 1 });
  again.socket.destroy();
});

test("lost connections: a session that is not there any more is answered by a new one", async () => {
  const { client, welcome } = await welcomed(server.port);
  const stranger = await connect(server.port);
  stranger.send(returning(welcome, { session: new Uint8Array(16) }));
  assert.equal((await stranger.next("welcome")).welcome.resumed, false);
  stranger.socket.destroy();

  // What was received cannot be more than was sent, and the session ends with such a claim.
  const liar = await connect(server.port);
  liar.send(returning(welcome, { received: 1000 }));
  await liar.closed;
  await client.closed;
});

test("lost connections: Python in a kernel cannot tell the server what it likes", async () => {
  const { client } = await welcomed(server.port);
  const { client: other } = await welcomed(server.port);
  const source = `[
    (s := __import__('socket').socket(fileno=__import__('os').dup(3))),
    s.send(b'e' + bytes(16)), s.send(b'b' + bytes(16)), s.send(b'?' + bytes(16)),
    __import__('socket').send_fds(s, [b'e' + bytes(16)], [1]),
  ] and 1`;
  void client.eval(source).catch(() => {});
  await client.closed;

  assert.equal((await other.eval("1 + 1")).which, "value");
  other.socket.destroy();
});
