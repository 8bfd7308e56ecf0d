import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { detectEnvironment, type Scope } from "../../../../js/kernel/environment.ts";

class WorkerScope {}

describe("kernel/environment", () => {
  test("Node, Deno and Bun are Node", () => {
    const found = detectEnvironment({ process: { versions: { node: "20.0.0" } } });

    assert.deepEqual(found, { kind: "node", mayBlock: true });
  });

  test("an Electron renderer is a page", () => {
    const process = { versions: { node: "20.0.0" }, type: "renderer" };

    assert.equal(detectEnvironment({ process, window: {}, document: {} }).kind, "browser");
  });

  test("a page may not block", () => {
    const found = detectEnvironment({ window: {}, document: {} });

    assert.deepEqual(found, { kind: "browser", mayBlock: false });
  });

  test("JS-loadPyodide.7, BY-classicWorker: workers of both kinds may block", () => {
    const scope = Object.assign(new WorkerScope(), { WorkerGlobalScope: WorkerScope });

    assert.deepEqual(detectEnvironment(scope as Scope), { kind: "worker", mayBlock: true });
  });

  test("JS-loadPyodide.8: an unknown environment is refused", () => {
    assert.throws(() => detectEnvironment({}), /Cannot determine runtime environment/);
  });
});
