import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { HISTORY_LINES, History, historyPath } from "../../../../js/cli/history.ts";

const folder = mkdtempSync(join(tmpdir(), "krait-history-"));
after(() => rmSync(folder, { recursive: true }));

test("cli/history: the file is PYTHON_HISTORY, else by XDG, else below the home", () => {
  assert.equal(historyPath({ PYTHON_HISTORY: "/x", XDG_STATE_HOME: "/s" }), "/x");
  assert.equal(historyPath({ XDG_STATE_HOME: "/s" }), join("/s", "krait", "history"));
  assert.match(historyPath({ XDG_STATE_HOME: "relative" }), /\.local.state.krait.history$/);
});

test("cli/history: lines come back newest first, blank ones not at all", () => {
  const history = new History(join(folder, "new", "history"));
  for (const line of ["a = 1", "", "  ", "    return a"]) history.add(line);

  assert.deepEqual(history.load(), ["    return a", "a = 1"]);
});

test("cli/history: only the user may read it", { skip: process.platform === "win32" }, () => {
  const path = join(folder, "private");
  new History(path).add("secret");

  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("cli/history: a long file is cut", () => {
  const path = join(folder, "long");
  const lines = Array.from({ length: 2 * HISTORY_LINES + 1 }, (_, at) => `line ${at}`);
  writeFileSync(path, `${lines.join("\n")}\n`);

  const loaded = new History(path).load();

  assert.equal(loaded.length, HISTORY_LINES);
  assert.equal(loaded[0], lines.at(-1));
  assert.equal(readFileSync(path, "utf8").trim().split("\n").length, HISTORY_LINES);
});

test("cli/history: one that cannot be read or written is empty", () => {
  const history = new History(join(folder, "private", "below-a-file"));
  history.add("lost");

  assert.deepEqual(history.load(), []);
});
