import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Op } from "#vocabulary";
import { makeCertificate } from "../support/certificate.ts";
import { outcomeOf } from "../support/command-line.ts";
import { distUrl } from "../support/dist.ts";
import { Client, hello, Kraitd, runKraitd } from "../support/kraitd.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const TOKEN = "a token of some length";
const files = await makeCertificate();
const TLS = ["--tls-cert", files.certificate, "--tls-key", files.key, "--token", TOKEN];
const server = await Kraitd.start(
  ...["--listen", "tls://127.0.0.1:0", "--listen", "wss://0.0.0.0:0", ...TLS],
);
await server.logged("detail=wss:");
after(() => server.stop());
const port = Number(/detail=tls:\S+:(\d+)/.exec(server.log)?.[1]);

/** What a program of Node's prints that trusts the certificate, or only what everybody does. */
async function run(body: string, isTrusting = true) {
  const { outcome } = await start(body, isTrusting);
  return outcome;
}

/** A program of Node's, and how it will have ended. */
async function start(body: string, isTrusting = true) {
  const script = join(await temporaryFolder(), "program.mjs");
  const load = `import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
const load = (options) => loadPyodide({ kernel: "tls://127.0.0.1:${port}", token: ${JSON.stringify(TOKEN)}, ...options });
`;
  writeFileSync(script, load + body);
  const env = isTrusting ? { ...process.env, NODE_EXTRA_CA_CERTS: files.certificate } : process.env;
  const child = spawn(process.execPath, [script], { env });
  return { child, outcome: outcomeOf(child) };
}

async function connect(): Promise<Client> {
  const socket: TLSSocket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
  });
  return new Client(socket);
}

async function welcome(): Promise<Client> {
  const client = await connect();
  client.send(hello(new TextEncoder().encode(TOKEN)));
  await client.next("welcome");
  return client;
}

for (const sync of [true, false]) {
  test(`tls: a program reaches a server that it trusts (sync: ${sync})`, async () => {
    const { stdout, stderr, status } = await run(`
      const py = await load({ sync: ${sync} });
      console.log(await py.runPython("sum(range(10))"));
      const text = "x".repeat(3_000_000);
      console.log(await py.globals.get("len")(text), (await py.runPython("lambda t: t + 'y'")(text)).length);
    `);
    assert.deepEqual({ stdout, status }, { stdout: "45\n3000000 3000001\n", status: 0 }, stderr);
  });
}

test("tls: a certificate that nobody answers for is refused, with what to do", async () => {
  const { stderr, status } = await run("await load();", false);
  assert.equal(status, 1);
  assert.match(stderr, /self-signed certificate.*NODE_EXTRA_CA_CERTS/);
});

test("tls: the token is wanted here too, and what is not encrypted ends its own connection", async () => {
  const client = await connect();
  client.send(hello(new TextEncoder().encode("another")));
  assert.ok(await client.next("bye"));

  const other = await welcome();
  const plain = connectSocket(port, "127.0.0.1");
  plain.on("error", () => {});
  plain.write("GET / HTTP/1.1\r\n\r\n");
  await new Promise((resolve) => plain.on("close", resolve).resume());
  assert.equal((await other.eval("1 + 1")).which, "value");
  other.socket.destroy();
});

test("tls: a client that does not read is waited for, and loses nothing", async () => {
  const client = await welcome();
  client.socket.pause();
  const calls = Array.from({ length: 20 }, () =>
    client.call(Op.eval, [{ which: "text", text: "'x' * 1_000_000" }]),
  );
  for (const call of calls) client.send(call);
  await sleep(200);
  client.socket.resume();
  for (const { call } of calls) assert.equal((await client.returned(call.id)).which, "value");
  client.socket.destroy();
});

test("tls: sessions outlive the gateway, which is replaced", async () => {
  const lost = server.log.split("event=lost").length;
  const { child, outcome } = await start(`
    const py = await load({ sync: false });
    await py.runPython("here = 41");
    console.log("at it");
    await new Promise((resolve) => process.stdin.once("data", resolve));
    process.stdin.unref();
    console.log(await py.runPython("here + 1"));
  `);
  await once(child.stdout as Readable, "data");
  process.kill(Number(/event=gateway pid=(\d+)/.exec(server.log)?.[1]), "SIGKILL");
  // What was killed is what holds the gateway: it may answer once more before it goes, too.
  await server.logged("event=gateway-ended");
  await server.logged("event=lost", lost);
  child.stdin?.end("\n");
  const { stdout, stderr } = await outcome;
  assert.equal(stdout, "at it\n42\n", stderr);
  await server.logged("event=gateway pid", 2);
});

test("tls: what the certificate lacks is said before anything is listened at", async () => {
  const folder = await temporaryFolder();
  const [empty, missing] = [join(folder, "empty.pem"), join(folder, "missing.pem")];
  writeFileSync(empty, "");
  const listen = ["--listen", "tls://127.0.0.1:0", "--token", TOKEN];
  const refused = (...words: string[]) => runKraitd(...listen, ...words);

  assert.match(refused().stderr, /needs --tls-cert and --tls-key/);
  assert.match(refused("--tls-cert", files.certificate).stderr, /go together/);
  const unread = refused("--tls-cert", missing, "--tls-key", files.key);
  assert.match(unread.stderr, /missing.pem cannot be read: No such file/);
  const other = await makeCertificate();
  for (const [certificate, key] of [
    [empty, files.key],
    [files.certificate, empty],
    [files.certificate, other.key],
  ] as const) {
    const { stderr, status } = refused("--tls-cert", certificate, "--tls-key", key);
    assert.match(stderr, /the certificate and the private key cannot be used/);
    assert.doesNotMatch(stderr, /event=listening/);
    assert.equal(status, 1);
  }
});

test("tls: a certificate is renewed while sessions go on, and one that cannot be used changes nothing", async () => {
  const own = await makeCertificate();
  const renewed = await makeCertificate();
  const words = ["--tls-cert", own.certificate, "--tls-key", own.key, "--token", TOKEN];
  const kraitd = await Kraitd.start("--listen", "tls://127.0.0.1:0", ...words);
  await kraitd.logged("detail=tls:");
  const ownPort = Number(/detail=tls:\S+:(\d+)/.exec(kraitd.log)?.[1]);
  const fingerprint = async () => {
    const socket = connectTls({ host: "127.0.0.1", port: ownPort, rejectUnauthorized: false });
    await new Promise((resolve, reject) => {
      socket.once("secureConnect", resolve).once("error", reject);
    });
    const { fingerprint256 } = socket.getPeerCertificate();
    return { socket, fingerprint256 };
  };
  const first = await fingerprint();
  const client = new Client(first.socket);
  client.send(hello(new TextEncoder().encode(TOKEN)));
  await client.next("welcome");

  const key = readFileSync(own.key);
  writeFileSync(own.key, "no key");
  kraitd.process.kill("SIGHUP");
  await kraitd.logged("event=gateway-failed");
  const same = await fingerprint();
  assert.equal(same.fingerprint256, first.fingerprint256);
  same.socket.destroy();

  writeFileSync(own.key, key);
  copyFileSync(renewed.certificate, own.certificate);
  copyFileSync(renewed.key, own.key);
  kraitd.process.kill("SIGHUP");
  await kraitd.logged("event=gateway pid", 2);
  const second = await fingerprint();
  assert.notEqual(second.fingerprint256, first.fingerprint256);
  assert.equal((await client.eval("1 + 1")).which, "value");
  client.socket.destroy();
  second.socket.destroy();
  await kraitd.logged("event=gateway-ended", 2);
  assert.equal(await kraitd.stop(), 0);
});
