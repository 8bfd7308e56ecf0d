import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitPassed, ProtocolError, StaleHandle } from "../../../../js/proxy/errors.ts";
import { ObjectTable } from "../../../../js/proxy/object-table.ts";

const noFlags = () => 0;

test("proxy/object-table: one object has one handle, and as many references as introductions", () => {
  const table = new ObjectTable();
  const object = {};

  const index = table.insert(object, noFlags);

  assert.equal(table.insert(object, noFlags), index);
  const generation = table.generationOf(index);
  assert.equal(table.find(index, generation), object);
  table.release(index, generation, 1);
  assert.equal(table.find(index, generation), object);
  table.release(index, generation, 1);
  assert.throws(() => table.find(index, generation), StaleHandle);
  assert.equal(table.size, 0);
});

test("proxy/object-table: a stale handle never reaches the row's next object", () => {
  const table = new ObjectTable();
  const index = table.insert({}, noFlags);
  const generation = table.generationOf(index);
  table.release(index, generation, 1);

  const next = table.insert({ next: true }, noFlags);

  assert.equal(next, index);
  assert.throws(() => table.find(index, generation), StaleHandle);
  assert.throws(() => table.release(index, generation, 1), StaleHandle);
});

test("proxy/object-table: releasing more than was sent fails and releases nothing", () => {
  const table = new ObjectTable();
  const index = table.insert("s", noFlags);

  assert.throws(() => table.release(index, table.generationOf(index), 2), ProtocolError);

  assert.equal(table.find(index, table.generationOf(index)), "s");
});

test("proxy/object-table: row 0 and rows beyond the limit are never issued", () => {
  const table = new ObjectTable(2);

  assert.equal(table.insert({}, noFlags), 1);
  assert.equal(table.insert({}, noFlags), 2);
  assert.throws(() => table.insert({}, noFlags), LimitPassed);
  assert.throws(() => table.find(0, 0), StaleHandle);
});

test("proxy/object-table: flags are asked once, even when asking inserts the object itself", () => {
  const table = new ObjectTable();
  const object = {};
  let asked = 0;

  const index = table.insert(object, () => {
    asked++;
    table.insert(object, noFlags);
    return 1;
  });

  assert.equal(asked, 1);
  assert.equal(table.size, 1);
  table.release(index, table.generationOf(index), 2);
  assert.equal(table.size, 0);
});
