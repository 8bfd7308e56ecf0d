import assert from "node:assert/strict";
import { describe } from "node:test";
import { Timeline } from "../../../js/diagnostics/timeline.ts";
import { SITE_PACKAGES_PATH } from "../../../js/kernel/kernel-options.ts";
import { loadKernel } from "../../../js/kernel/load-kernel.ts";
import { refreshInterpreter } from "../../../js/proxy/start.ts";
import { PythonSide, refusingClient } from "../../../tools/snapshot/python-side.ts";
import { forwardedStreams } from "../../../tools/snapshot/streams.ts";
import { DIST_PATH } from "../../support/dist.ts";
import { test } from "../../support/test.ts";
import { compileExtension } from "./compile.ts";

const plain = compileExtension("plain_extension.c");
const unresolved = compileExtension("unresolved_extension.c");

async function startKernel() {
  const kernel = await loadKernel(
    { indexURL: DIST_PATH, streams: forwardedStreams, timeline: new Timeline() },
    refusingClient,
  );
  refreshInterpreter(kernel, { executable: "", workingFolder: "/", args: [], environment: {} });
  const write = ({ fileName, bytes }: typeof plain): string => {
    const path = `${SITE_PACKAGES_PATH}/${fileName}`;
    kernel.FS.writeFile(path, bytes);
    return path;
  };
  return { kernel, python: new PythonSide(kernel), write };
}

describe("RunningKernel.loadDynamicLibrary", () => {
  test("a library that was loaded ahead is what an import finds", async () => {
    const { kernel, python, write } = await startKernel();

    await kernel.loadDynamicLibrary(write(plain), { global: false });

    python.call("importlib", "import_module", "plain_extension");
  });

  test("a missing symbol is named, and the next library loads", async () => {
    const { kernel, python, write } = await startKernel();

    await assert.rejects(
      kernel.loadDynamicLibrary(write(unresolved), { global: false }),
      /undefined symbols: nowhere_defined/,
    );
    await kernel.loadDynamicLibrary(write(plain), { global: true });

    python.call("importlib", "import_module", "plain_extension");
  });

  test("an import of a library with a missing symbol fails each time with its name", async () => {
    const { python, write } = await startKernel();
    write(unresolved);
    write(plain);

    for (let attempt = 0; attempt < 2; attempt++) {
      assert.throws(
        () => python.call("importlib", "import_module", "unresolved_extension"),
        /undefined symbols: nowhere_defined/,
      );
    }
    python.call("importlib", "import_module", "plain_extension");
  });

  test("no snapshot is taken of a kernel that has loaded a library", async () => {
    const { kernel, write } = await startKernel();
    await kernel.loadDynamicLibrary(write(plain), { global: false });

    assert.throws(() => kernel.takeSnapshot(), /cannot hold shared libraries/);
  });

  test("no snapshot is taken while a file is open", async () => {
    const { kernel } = await startKernel();
    kernel.FS.open("/tmp/open", "w");

    assert.throws(() => kernel.takeSnapshot(), /cannot hold open files: \/tmp\/open is open/);
  });
});
