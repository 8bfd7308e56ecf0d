import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween, splitPath, type TreeEntry } from "../../../../../js/services/fs/tree.ts";

const folder: TreeEntry = { isFolder: true, size: 0, modifiedMs: 0 };
const file = (modifiedMs: number, size = 1): TreeEntry => ({ isFolder: false, size, modifiedMs });

test("changesBetween: what is missing, newer, or of another size is written; what is not wanted goes", () => {
  const from = new Map([
    ["a", folder],
    ["a/new", file(5)],
    ["same", file(5)],
    ["newer", file(6)],
    ["older", file(4)],
    ["grown", file(5, 2)],
  ]);
  const to = new Map([
    ["same", file(5)],
    ["newer", file(5)],
    ["older", file(5)],
    ["grown", file(5)],
    ["b", folder],
    ["b/x", file(1)],
  ]);

  assert.deepEqual(changesBetween(from, to), {
    removed: ["b/x", "b"],
    written: ["a", "a/new", "newer", "grown"],
  });
});

test("changesBetween: a file in place of a folder, and a folder in place of a file", () => {
  const from = new Map([
    ["a", file(1)],
    ["b", folder],
    ["b/x", file(1)],
  ]);
  const to = new Map([
    ["a", folder],
    ["a/x", file(1)],
    ["b", file(9)],
  ]);

  assert.deepEqual(changesBetween(from, to), {
    removed: ["b", "a/x", "a"],
    written: ["a", "b", "b/x"],
  });
});

test("splitPath", () => {
  assert.deepEqual(splitPath("a/b/c"), { folder: "a/b", name: "c" });
  assert.deepEqual(splitPath("c"), { folder: "", name: "c" });
});
