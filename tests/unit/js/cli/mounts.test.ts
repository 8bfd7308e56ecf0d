import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BadMount, parseMount, planMounts, toPythonPath } from "../../../../js/cli/mounts.ts";

let folder: string;

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "krait-mounts-")));
  for (const name of ["work/inner", "scripts", "library"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, "scripts/script.py"), "");
  symlinkSync(join(folder, "scripts/script.py"), join(folder, "work/link.py"));
});

after(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => names.map((name) => join(folder, name));
const paths = (mounts: readonly { path: string }[]) => mounts.map((mount) => mount.path);

test("cli/mounts: a POSIX path keeps its place", () => {
  assert.equal(toPythonPath("/home/me/../you/x", "posix"), "/home/you/x");
});

test("cli/mounts: a Windows drive becomes the first folder", () => {
  assert.equal(toPythonPath("C:\\Users\\me", "windows"), "/c/Users/me");
  assert.equal(toPythonPath("d:\\", "windows"), "/d/");
  assert.equal(toPythonPath("\\\\server\\share\\x", "windows"), "/unc/server/share/x");
});

test("cli/mounts: --mount names a host folder and perhaps another path", () => {
  const [work = ""] = at("work");

  assert.deepEqual(parseMount(work), { hostPath: work, path: work });
  assert.deepEqual(parseMount(`${work}:/data/`), { hostPath: work, path: "/data" });
  assert.deepEqual(parseMount("/:/host"), { hostPath: "/", path: "/host" });
  assert.equal(parseMount("/").path, "/");
});

test("cli/mounts: a --mount that names nothing usable is refused with the reason", () => {
  const [missing = "", file = "", work = ""] = at("missing", "scripts/script.py", "work");

  assert.throws(() => parseMount(missing), {
    constructor: BadMount,
    message: /there is no folder/,
  });
  assert.throws(() => parseMount(file), { constructor: BadMount, message: /is not a folder/ });
  assert.throws(() => parseMount(`${work}:data`), {
    constructor: BadMount,
    message: /must begin with '\/'/,
  });
});

test("cli/mounts: the working folder and the script's are seen, each once", () => {
  const [work = "", script = "", scripts] = at("work", "scripts/script.py", "scripts");

  assert.deepEqual(paths(planMounts(work, undefined, [], [])), [work]);
  assert.deepEqual(paths(planMounts(work, script, [], [])), [work, scripts]);
  assert.deepEqual(paths(planMounts(folder, script, [], [])), [folder]);
});

test("cli/mounts: for a script that is a link both its folders are seen", () => {
  const [inner = "", link = "", work, scripts] = at(
    "work/inner",
    "work/link.py",
    "work",
    "scripts",
  );

  assert.deepEqual(paths(planMounts(inner, link, [], [])), [work, scripts]);
});

test("cli/mounts: further folders count when they exist, named ones come first", () => {
  const [work = "", library = "", missing = ""] = at("work", "library", "missing");
  const named = { hostPath: library, path: work };

  assert.deepEqual(paths(planMounts(work, undefined, [library, missing], [])), [work, library]);
  assert.deepEqual(planMounts(work, undefined, [], [named]), [named]);
});

test("cli/mounts: a folder shown elsewhere does not stand for its own path", () => {
  const [work = "", inner = ""] = at("work", "work/inner");
  const elsewhere = { hostPath: work, path: "/data" };

  assert.deepEqual(paths(planMounts(inner, undefined, [], [elsewhere])), ["/data", inner]);
});
