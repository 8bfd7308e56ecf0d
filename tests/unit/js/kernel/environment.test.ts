import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { detectEnvironment, type Scope } from "../../../../js/kernel/environment.ts";

class WorkerScope {
  importScripts?: () => void;
}

function workerScope(importScripts: () => void): Scope {
  const scope = new WorkerScope();
  scope.importScripts = importScripts;
  return Object.assign(scope, { WorkerGlobalScope: WorkerScope });
}

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

  test("a module worker is known by importScripts that throws", () => {
    const scope = workerScope(() => {
      throw new TypeError("Module scripts don't support importScripts()");
    });

    assert.deepEqual(detectEnvironment(scope), { kind: "worker", mayBlock: true });
  });

  test("JS-loadPyodide.7: a classic worker is refused", () => {
    const scope = workerScope(() => undefined);

    assert.throws(() => detectEnvironment(scope), /^Error: Classic web workers are not supported$/);
  });

  test("JS-loadPyodide.8: an unknown environment is refused", () => {
    assert.throws(() => detectEnvironment({}), /Cannot determine runtime environment/);
  });
});
