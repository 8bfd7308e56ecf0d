import assert from "node:assert/strict";
import { test } from "node:test";
import { Op } from "#vocabulary";
import { refuseClosed } from "../../../../js/remote/untrusted.ts";

test("remote/untrusted: names that lead to the engine's own are closed, by every way that takes a name", () => {
  const ops = [
    Op.getAttr,
    Op.setAttr,
    Op.delAttr,
    Op.callMethod,
    Op.getItem,
    Op.setItem,
    Op.delItem,
  ];
  for (const name of ["constructor", "__proto__", "prototype", "caller", "__lookupGetter__"]) {
    for (const op of ops) assert.throws(() => refuseClosed(op, [name], []), /may not reach/);
    assert.throws(() => refuseClosed(Op.call, [], ["open", name]), /may not reach/);
  }
});

test("remote/untrusted: other names are open, and arguments that are no names", () => {
  refuseClosed(Op.getAttr, ["answer"], ["open"]);
  refuseClosed(Op.call, ["constructor"], []);
  refuseClosed(Op.getItem, [0], []);
});
