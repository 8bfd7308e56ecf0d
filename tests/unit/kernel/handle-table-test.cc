#include "kernel/handle-table.h"

#include <doctest/doctest.h>

#include "tests/unit/support/test-interpreter.h"

using krait::Handle;
using krait::HandleTable;
using krait::PyRef;
using krait::test::TestInterpreter;
using krait::wire::FailureKind;

TEST_CASE("kernel/handle-table: a stale handle never reaches the row's next object") {
  TestInterpreter python;
  HandleTable table;

  const Handle first = *table.insert(python.evaluate("[1]"));
  REQUIRE(table.release(first, 1));
  const Handle second = *table.insert(python.evaluate("[2]"));

  CHECK(second.index == first.index);
  CHECK(table.find(first).error().kind == FailureKind::STALE_HANDLE);
  CHECK(table.release(first, 1).error().kind == FailureKind::STALE_HANDLE);
  CHECK(table.retain(first).error().kind == FailureKind::STALE_HANDLE);
  CHECK(table.release(second, 1));
}

TEST_CASE("kernel/handle-table: one object has one handle, however often it is inserted") {
  TestInterpreter python;
  HandleTable table;
  PyRef object = python.evaluate("[]");

  const Handle first = *table.insert(object.dup());
  const Handle again = *table.insert(object.dup());
  const Handle other = *table.insert(python.evaluate("[]"));

  CHECK(first == again);
  CHECK(!(first == other));
  CHECK(table.size() == 2);
  CHECK(*table.find(first) == object.get());
  table.clear();
}

TEST_CASE("kernel/handle-table: lives until all introductions are released, in any grouping") {
  TestInterpreter python;
  HandleTable table;
  PyRef object = python.evaluate("[]");
  Handle handle;
  for (int i = 0; i < 5; i++) handle = *table.insert(object.dup());
  REQUIRE(table.retain(handle));

  CHECK(!*table.release(handle, 2));
  CHECK(!*table.release(handle, 3));
  PyRef last = *table.release(handle, 1);

  CHECK(last.get() == object.get());
  CHECK(table.size() == 0);
  CHECK(Py_REFCNT(object.get()) == 2);
}

TEST_CASE("kernel/handle-table: releasing more than was sent releases nothing") {
  TestInterpreter python;
  HandleTable table;
  const Handle handle = *table.insert(python.evaluate("[]"));

  CHECK(table.release(handle, 2).error().kind == FailureKind::PROTOCOL);

  CHECK(table.find(handle));
  CHECK(table.release(handle, 1));
}

TEST_CASE("kernel/handle-table: handles that were never issued are stale") {
  TestInterpreter python;
  HandleTable table;
  const Handle handle = *table.insert(python.evaluate("[]"));

  for (const Handle wrong : {Handle{0, 0}, Handle{0, 1}, Handle{handle.index, 0},
                             Handle{handle.index, handle.generation + 1}, Handle{999, 1},
                             Handle{UINT32_MAX, UINT32_MAX}}) {
    CHECK(table.find(wrong).error().kind == FailureKind::STALE_HANDLE);
  }
  table.clear();
}

TEST_CASE("kernel/handle-table: a full table refuses one more and takes it after a release") {
  TestInterpreter python;
  HandleTable table(2);
  PyRef first = python.evaluate("[1]");
  const Handle handle = *table.insert(first.dup());
  REQUIRE(table.insert(python.evaluate("[2]")));

  CHECK(table.insert(python.evaluate("[3]")).error().kind == FailureKind::LIMIT);
  CHECK(table.insert(first.dup()));  // already in it
  REQUIRE(table.release(handle, 2));
  CHECK(table.insert(python.evaluate("[3]")));
  table.clear();
}

TEST_CASE("kernel/handle-table: a row whose generations ran out is never used again") {
  TestInterpreter python;
  HandleTable table(10, UINT32_MAX);
  const Handle last = *table.insert(python.evaluate("[]"));
  REQUIRE(table.release(last, 1));

  const Handle next = *table.insert(python.evaluate("[]"));

  CHECK(next.index != last.index);
  CHECK(table.find(last).error().kind == FailureKind::STALE_HANDLE);
  CHECK(table.find({last.index, 0}).error().kind == FailureKind::STALE_HANDLE);
  table.clear();
}

TEST_CASE("kernel/handle-table: clear gives back every object and makes every handle stale") {
  TestInterpreter python;
  HandleTable table;
  const Handle first = *table.insert(python.evaluate("[1]"));
  const Handle second = *table.insert(python.evaluate("[2]"));

  CHECK(table.clear().size() == 2);

  CHECK(table.size() == 0);
  CHECK(!table.find(first));
  CHECK(!table.find(second));
  CHECK(!(*table.insert(python.evaluate("[3]")) == first));
  table.clear();
}

TEST_CASE("kernel/handle-table: a finalizer may use the table while the last release is dropped") {
  TestInterpreter python;
  HandleTable table;
  python.run("class Loud:\n  def __del__(self): dropped.append(1)\ndropped = []");
  const Handle handle = *table.insert(python.evaluate("Loud()"));

  {
    PyRef dropped = *table.release(handle, 1);
    CHECK(table.size() == 0);
    CHECK(python.holds("dropped == []"));
  }

  CHECK(python.holds("dropped == [1]"));
}

TEST_CASE("kernel/handle-table: forEach visits the live rows in order") {
  TestInterpreter python;
  HandleTable table;
  PyRef kept = python.evaluate("['kept']");
  const Handle gone = *table.insert(python.evaluate("['gone']"));
  const Handle handle = *table.insert(kept.dup());
  REQUIRE(table.insert(kept.dup()));
  REQUIRE(table.release(gone, 1));

  int visits = 0;
  table.forEach([&](Handle visited, PyObject* object, uint32_t references) {
    visits++;
    CHECK(visited == handle);
    CHECK(object == kept.get());
    CHECK(references == 2);
  });

  CHECK(visits == 1);
  table.clear();
}
