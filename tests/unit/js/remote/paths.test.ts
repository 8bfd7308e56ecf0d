import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import { makePath } from "../../../../js/remote/paths.ts";

const PATH = makePath();
const PATHS = [
  "/",
  "/a",
  "/a/",
  "a",
  "a/b",
  "./a",
  "../a",
  "/../a",
  "a/../..",
  "/a//b/./c/../d",
  "",
];

test("paths are normalized as Node does", () => {
  for (const path of PATHS) assert.equal(PATH.normalize(path), posix.normalize(path), path);
});

test("paths are split and joined as Node does", () => {
  for (const path of PATHS.filter((each) => each !== "")) {
    assert.equal(PATH.join("/x", path), posix.join("/x", path), path);
    assert.equal(PATH.isAbs(path), posix.isAbsolute(path), path);
  }
  for (const path of ["/a/b.c", "a/b", "/a", "a"]) {
    assert.equal(PATH.dirname(path), posix.dirname(path), path);
    assert.equal(PATH.basename(path), posix.basename(path), path);
  }
  assert.deepEqual(PATH.splitPath("/a/b.c"), ["/", "a/", "b.c", ".c"]);
  assert.deepEqual(PATH.splitPath(".hidden"), ["", "", ".hidden", ""]);
});
