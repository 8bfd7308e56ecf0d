import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { KernelMethod, Service } from "../../js/services/service-values.ts";
import { Lane } from "../../js/transport/channel.ts";
import { WorkerClient } from "../../js/worker/worker-client.ts";
import { distUrl } from "../support/dist.ts";
import { temporaryFolder } from "../support/temporary.ts";

const { loadPyodide } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options: object) => Promise<any>;
};
const GOLDEN = new URL("../golden/", import.meta.url);
const LIMIT_MS = 20_000;

/** A worker with a kernel that runs, and its death. */
async function startedWorker(): Promise<{ client: WorkerClient; death: Promise<Error> }> {
  const client = await WorkerClient.open({
    url: distUrl("krait.worker.mjs"),
    mayBlock: true,
    usesSharedMemory: true,
    timeoutMs: LIMIT_MS,
  });
  const death = new Promise<Error>((resolve) => {
    client.onDeath = resolve;
  });
  const options = {
    indexURL: distUrl("./"),
    stdLibURL: undefined,
    snapshot: "built-in" as const,
    environment: {},
    executable: "",
    args: [],
    terminals: 0,
  };
  await client.load(options, undefined);
  await client.startPython();
  return { client, death };
}

/** Rejects when something hangs. */
function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: nothing happens`)), LIMIT_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const packets: Record<string, Uint8Array> = Object.fromEntries(
  readdirSync(new URL("hostile/", GOLDEN)).map((name) => [
    name,
    readFileSync(new URL(`hostile/${name}`, GOLDEN)),
  ]),
);
const call = readFileSync(new URL("client/call-object.bin", GOLDEN));
packets["nothing"] = new Uint8Array(0);
packets["noise"] = Uint8Array.from({ length: 1000 }, (_, i) => (i * 193 + 71) & 0xff);
packets["a truncated call"] = call.subarray(0, call.length >>> 1);
packets["ones"] = new Uint8Array(4096).fill(0xff);

for (const [name, packet] of Object.entries(packets)) {
  test(`hostile client: a live kernel that gets ${name} ends, or goes on, and never hangs`, async () => {
    const { client, death } = await startedWorker();
    for (const lane of [Lane.kernel, Lane.service]) {
      try {
        client.board.send(lane, [packet]);
      } catch {
        break; // it has ended already
      }
    }
    // What is not refused must not keep it from answering.
    const answered = client.services.request(Service.kernel, KernelMethod.readMemory, [16, 4]).then(
      () => new Error("it goes on"),
      (error) => error as Error,
    );

    const outcome = await inTime(Promise.race([death, answered]), name);
    assert.ok(outcome instanceof Error, String(outcome));
    client.terminate("the test is over");
  });
}

const SCRIPTS = {
  "says that more is in the ring than it holds": `
    const words = new Int32Array(memory);
    words[32] = 0x7ffffff0; // where the kernel's ring ends
    Atomics.add(words, 64, 1); // what the client sleeps on
    Atomics.notify(words, 64);`,
  "ends at once": "process.exit(3);",
  throws: 'throw new Error("hostile");',
};

for (const [name, body] of Object.entries(SCRIPTS)) {
  test(`hostile worker: loadPyodide rejects when the worker ${name}`, async () => {
    const script = path.join(await temporaryFolder(), "worker.mjs");
    writeFileSync(
      script,
      `import { parentPort } from "node:worker_threads";
      parentPort.once("message", ({ memory }) => {
        parentPort.postMessage({ kind: "opened" });
        setTimeout(() => { ${body} }, 50);
        setInterval(() => undefined, 1000);
      });`,
    );

    const loading = loadPyodide({ kernel: "worker", workerURL: pathToFileURL(script).href });
    const outcome = await inTime(
      loading.then(
        () => undefined,
        (error) => error,
      ),
      name,
    );

    assert.ok(outcome instanceof Error, String(outcome));
    assert.match(outcome.name, /^(KernelDied|WorkerFailed|ProtocolError|ChannelClosed)$/);
  });
}

test("hostile worker: loadPyodide rejects when the worker lives and says nothing", async () => {
  const script = path.join(await temporaryFolder(), "worker.mjs");
  writeFileSync(script, "setInterval(() => undefined, 1000);");

  const loading = loadPyodide({
    kernel: "worker",
    workerURL: pathToFileURL(script).href,
    workerTimeout: 1000,
  });

  await assert.rejects(inTime(loading, "silence"), {
    name: "WorkerFailed",
    message: /said nothing for 1 s.*workerTimeout/,
  });
});
