import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { version } from "#version";
import { resolveIndexUrl, resolveLocation } from "../../../../js/api/index-url.ts";
import { checkOptions, environmentOf } from "../../../../js/api/options.ts";
import { readVersion } from "../../../../tools/generate.ts";

test("api/options: homedir is env.HOME, and both must agree (CF-homedir)", () => {
  assert.equal(environmentOf({}).HOME, "/home/pyodide");
  assert.equal(environmentOf({ homedir: "/h" }).HOME, "/h");
  assert.equal(environmentOf({ homedir: "/h", env: { HOME: "/h" } }).HOME, "/h");
  assert.throws(() => environmentOf({ homedir: "/h", env: { HOME: "/x" } }), {
    message: "Set both env.HOME and homedir arguments",
  });
});

test("api/options: the program's environment wins over the defaults (JS-opt-env)", () => {
  const environment = environmentOf({ env: { PATH: "/bin", EXTRA: "1" } });

  assert.equal(environment.PATH, "/bin");
  assert.equal(environment.EXTRA, "1");
  assert.equal(environment.PYTHONINSPECT, "1");
});

test("api/options: other places are refused by name, and unknown options ignored", () => {
  assert.throws(() => checkOptions({ kernel: "gopher://host:1" }), {
    name: "Unsupported",
    message: /"gopher:\/\/host:1"/,
  });
  assert.throws(() => checkOptions({ kernel: "tcp://host" }), { name: "TypeError" });
  for (const kernel of ["worker", "unix:/a", "tcp://host:1", "ws://host"]) checkOptions({ kernel });
  checkOptions({ sync: false });
  assert.throws(() => checkOptions({ lockFileURL: "a", lockFileContents: "{}" }), {
    message: "Can't pass both lockFileContents and lockFileURL",
  });
  checkOptions({ kernel: "in-page", sync: true, unheardOf: 1 } as object);
});

test("api/index-url: the default is the module's own folder, options are taken against the working folder", async () => {
  const module = { url: "https://host/dist/krait.mjs" };

  assert.equal(await resolveIndexUrl(undefined, module), "https://host/dist/");
  assert.equal(await resolveIndexUrl("https://other/x", module), "https://other/x/");
  assert.equal(await resolveIndexUrl("dist", module), `${pathToFileURL("dist").href}/`);
  assert.equal(await resolveLocation("/a/b.zip"), "file:///a/b.zip");
  await assert.rejects(resolveIndexUrl(undefined, { url: undefined }), /indexURL/);
});

test("api/version: both halves have the same version", () => {
  assert.equal(version, readVersion());
});

test("api/options: limits are for kernels elsewhere", () => {
  const limits = { memory: 1e9 };

  assert.throws(() => checkOptions({ limits }), {
    name: "Unsupported",
    message: /kernel: "worker"/,
  });
  checkOptions({ limits, kernel: "worker" });
  checkOptions({ limits, kernel: "unix:/tmp/x" });
});
