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

async function startKernel(snapshot?: Uint8Array) {
  const timeline = new Timeline();
  const options = { indexURL: DIST_PATH, streams: forwardedStreams, timeline, snapshot };
  const kernel = await loadKernel(options, refusingClient);
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

  for (const when of ["before", "after"]) {
    test(`a snapshot that was taken ${when} the import has the library, with its data`, async () => {
      const first = await startKernel();
      await first.kernel.loadDynamicLibrary(first.write(plain), { global: false });
      if (when === "after") first.python.call("importlib", "import_module", "plain_extension");

      const second = await startKernel(first.kernel.takeSnapshot({}));
      second.python.call("importlib", "import_module", "plain_extension");
      second.kernel.FS.unlink(`${SITE_PACKAGES_PATH}/${plain.fileName}`);
      assert.throws(
        () => second.kernel.takeSnapshot({}),
        /plain_extension.*whose file is not there/,
      );
    });
  }

  test("no snapshot is taken while a file is open", async () => {
    const { kernel } = await startKernel();
    kernel.FS.open("/tmp/open", "w");

    assert.throws(() => kernel.takeSnapshot({}), /cannot hold open files: \/tmp\/open is open/);
  });
});
