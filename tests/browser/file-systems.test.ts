import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");
const TIMEOUT_MS = 60_000;

/** A page that has the loader, for the code that tests evaluate in it; the compiler marks names in that with `__name`. */
const PAGE = `<!doctype html><meta charset="utf-8">
<script>window.__name = (named) => named;</script>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  window.loadPyodide = loadPyodide;
</script>`;

declare global {
  var loadPyodide: (options?: object) => Promise<any>;
}

let browser: Browser;
let server: Awaited<ReturnType<typeof serveFolder>>;
before(async () => {
  browser = await launchChromium();
  server = await serveFolder({ folder: DIST, page: PAGE });
});
after(async () => {
  await browser.close();
  server.close();
});

/** Opens the page in a profile of its own; what it stores lives as long as the profile. */
async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(String(error)));
  try {
    await visit(page);
    await use(page);
    assert.deepEqual(failures, []);
  } finally {
    await context.close();
  }
}

/** Loads the page, afresh when it is there already. */
async function visit(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.waitForFunction(() => "loadPyodide" in globalThis, undefined, {
    timeout: TIMEOUT_MS,
  });
}

test("FS-native, JS-mountNativeFS: what is in the folder is visible, and both sides' files survive a reload", async () => {
  await withPage(async (page) => {
    const first = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const given = await root.getFileHandle("given é.txt", { create: true });
      const stream = await given.createWritable();
      await stream.write("from the page");
      await stream.close();
      const py = await loadPyodide();
      const mounted = await py.mountNativeFS("/mnt/native", root);
      const text = py.runPython("open('/mnt/native/given é.txt').read()");
      py.runPython(`
        import os
        os.makedirs('/mnt/native/a/b')
        open('/mnt/native/a/b/made', 'wb').write(bytes(range(256)) * 1000)
      `);
      await mounted.syncfs();
      return { text, members: Object.keys(mounted) };
    });
    assert.deepEqual(first, { text: "from the page", members: ["syncfs"] });
    await visit(page);
    const second = await page.evaluate(async () => {
      const py = await loadPyodide();
      await py.mountNativeFS("/data", await navigator.storage.getDirectory());
      return py
        .runPython(`
        import os
        made = open('/data/a/b/made', 'rb').read()
        [sorted(os.listdir('/data')), made == bytes(range(256)) * 1000]
      `)
        .toJs();
    });
    assert.deepEqual(second, [["a", "given é.txt"], true]);
  });
});

test("FS-native: a kernel in a worker has the folder, whose files survive a reload there as well", async () => {
  await withPage(async (page) => {
    const program = async (code: string) => {
      const py = await loadPyodide({ kernel: "worker" });
      const mounted = await py.mountNativeFS("/kept", await navigator.storage.getDirectory());
      const answer = await py.runPython(code);
      await mounted.syncfs();
      const failures: string[] = [];
      for (const [path, handle] of [
        ["/kept", await navigator.storage.getDirectory()],
        ["/other", {}],
      ] as [string, FileSystemDirectoryHandle][]) {
        await py.mountNativeFS(path, handle).catch(({ name, message }: Error) => {
          failures.push(`${name}: ${message}`);
        });
      }
      py.terminate();
      return { answer, failures };
    };
    const failures = [
      "Error: path '/kept' is already a file system mount point",
      "TypeError: Expected argument 'fileSystemHandle' to be a FileSystemDirectoryHandle",
    ];

    const made = await page.evaluate(program, "open('/kept/from worker', 'w').write('made')");
    assert.deepEqual(made, { answer: 4, failures });
    await visit(page);
    const found = await page.evaluate(program, "open('/kept/from worker').read()");
    assert.deepEqual(found, { answer: "made", failures });
  });
});

test("FS-native.sync: nothing reaches the folder before, removals and replacements do then", async () => {
  await withPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const names = async () => {
        const found: string[] = [];
        for await (const [name, { kind }] of root.entries()) found.push(`${kind} ${name}`);
        return found.sort();
      };
      const py = await loadPyodide();
      const mounted = await py.mountNativeFS("/n", root);
      py.runPython(
        "import os, shutil\nos.mkdir('/n/d')\nopen('/n/d/x', 'w').write('1')\nopen('/n/f', 'w').write('2')",
      );
      const before = await names();
      await mounted.syncfs();
      const saved = await names();
      py.runPython(
        "shutil.rmtree('/n/d'); os.remove('/n/f'); os.mkdir('/n/f'); open('/n/d', 'w').write('3')",
      );
      await mounted.syncfs();
      const swapped = await names();
      return {
        before,
        saved,
        swapped,
        text: await (await (await root.getFileHandle("d")).getFile()).text(),
      };
    });
    assert.deepEqual(seen, {
      before: [],
      saved: ["directory d", "file f"],
      swapped: ["directory f", "file d"],
      text: "3",
    });
  });
});

test("FS-native.sync, FS-syncfs: FS.syncfs(true) pulls, and the newer file wins", async () => {
  await withPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const write = async (name: string, text: string) => {
        const stream = await (await root.getFileHandle(name, { create: true })).createWritable();
        await stream.write(text);
        await stream.close();
      };
      const py = await loadPyodide();
      const mounted = await py.mountNativeFS("/n", root);
      py.runPython("open('/n/ours', 'w').write('ours')\nopen('/n/both', 'w').write('old')");
      await mounted.syncfs();
      await write("theirs", "theirs");
      await write("both", "new");
      const error = await new Promise((resolve) => py.FS.syncfs(true, resolve));
      const read = (name: string) => py.runPython(`open('/n/${name}').read()`);
      const texts = ["ours", "theirs", "both"].map(read);
      py.runPython("open('/n/both', 'w').write('ren')");
      await Promise.all([mounted.syncfs(), mounted.syncfs()]);
      return {
        error,
        texts,
        both: await (await (await root.getFileHandle("both")).getFile()).text(),
      };
    });
    assert.deepEqual(seen, { error: null, texts: ["ours", "theirs", "new"], both: "ren" });
  });
});

test("FS-native: what cannot be mounted is refused, and a name that the browser refuses is an error", async () => {
  await withPage(async (page) => {
    const errors = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const py = await loadPyodide();
      const texts: string[] = [];
      const attempt = async (action: () => Promise<unknown>) =>
        texts.push(
          await action().then(
            () => "done",
            (error) => `${error.name}: ${error.message}`,
          ),
        );
      await attempt(() => py.mountNativeFS("/n", {}));
      await attempt(() => py.mountNativeFS("/dev", root));
      const mounted = await py.mountNativeFS("/n", root);
      await attempt(() => py.mountNativeFS("/n", root));
      py.runPython("open('/n/good', 'w').write('1')\nopen('/n/ends with a dot.', 'w').write('2')");
      await attempt(() => mounted.syncfs());
      py.runPython("import os; os.rename('/n/ends with a dot.', '/n/z')");
      await attempt(() => mounted.syncfs());
      return { texts, found: (await root.getFileHandle("z")).name };
    });
    assert.deepEqual(errors.texts.slice(0, 3), [
      "TypeError: Expected argument 'fileSystemHandle' to be a FileSystemDirectoryHandle",
      "Error: directory '/dev' is not empty",
      "Error: path '/n' is already a file system mount point",
    ]);
    assert.equal(errors.texts.at(-1), "done");
    assert.equal(errors.found, "z");
  });
});

test("FS-IDBFS: what syncfs saved is there after a reload, what it did not save is not", async () => {
  await withPage(async (page) => {
    await page.evaluate(async () => {
      const { FS, runPython } = await loadPyodide();
      FS.mkdir("/saved");
      FS.mount(FS.filesystems.IDBFS, {}, "/saved");
      runPython(
        "import os; os.mkdir('/saved/d'); open('/saved/d/x', 'wb').write(b'\\0\\xff' * 9999)",
      );
      await new Promise<void>((resolve, reject) =>
        FS.syncfs(false, (error: unknown) => (error ? reject(error) : resolve())),
      );
      runPython("open('/saved/later', 'w').write('lost')");
    });
    await visit(page);
    const found = await page.evaluate(async () => {
      const { FS, runPython } = await loadPyodide();
      FS.mkdir("/saved");
      FS.mount(FS.filesystems.IDBFS, {}, "/saved");
      const empty = FS.readdir("/saved").length;
      await new Promise<void>((resolve, reject) =>
        FS.syncfs(true, (error: unknown) => (error ? reject(error) : resolve())),
      );
      return [
        empty,
        FS.readdir("/saved"),
        runPython("open('/saved/d/x', 'rb').read() == b'\\0\\xff' * 9999"),
      ];
    });
    assert.deepEqual(found, [2, [".", "..", "d"], true]);
  });
});

test("FS-WORKERFS: files and blobs are read where they are, in a worker", async () => {
  await withPage(async (page) => {
    const answer = await page.evaluate(async () => {
      const source = `
        import { loadPyodide } from "${new URL("pyodide.mjs", location.href)}";
        onmessage = async ({ data: { file, blob } }) => {
          const { FS, runPython } = await loadPyodide();
          FS.mkdir("/w");
          FS.mount(FS.filesystems.WORKERFS, { files: [file], blobs: [{ name: "b/lob", data: blob }] }, "/w");
          postMessage(runPython(\`
            import errno, os
            texts = [open('/w/file.txt').read(), open('/w/b/lob').read()[3:7], str(os.path.getsize('/w/b/lob'))]
            try: os.write(os.open('/w/file.txt', os.O_WRONLY), b'x')
            except OSError as error: texts.append(errno.errorcode[error.errno])
            '|'.join(texts)
          \`));
        };`;
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(url, { type: "module" });
      worker.postMessage({ file: new File(["héllo"], "file.txt"), blob: new Blob(["0123456789"]) });
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve(message);
      });
    });
    assert.equal(answer, "héllo|3456|10|EIO");
  });
});
