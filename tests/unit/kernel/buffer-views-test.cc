#include "kernel/buffer-views.h"

#include <doctest/doctest.h>

#include "tests/unit/support/test-interpreter.h"

using krait::BufferViews;
using krait::PyRef;
using krait::test::TestInterpreter;
using krait::wire::FailureKind;

TEST_CASE(
    "kernel/buffer-views: an open view locks the object until it is closed (PX-getBuffer.4)") {
  TestInterpreter python;
  BufferViews views;
  python.run(
      "data = bytearray(b'abc')\ndef grow():\n  try: data.append(1)\n  except BufferError: return "
      "False\n  return True");

  auto view = views.open(python.evaluate("data").get());
  REQUIRE(view);
  CHECK(view->buffer.len == 3);
  CHECK(python.holds("grow() is False"));
  CHECK(views.close(view->number));

  CHECK(python.holds("grow() is True"));
  CHECK(views.size() == 0);
}

TEST_CASE("kernel/buffer-views: closing twice is a stale handle, also after another was opened") {
  TestInterpreter python;
  BufferViews views;
  const uint32_t first = views.open(python.evaluate("b'abc'").get())->number;
  REQUIRE(views.close(first));
  const uint32_t second = views.open(python.evaluate("b'abc'").get())->number;

  CHECK(views.close(first).error().kind == FailureKind::STALE_HANDLE);

  CHECK(views.size() == 1);
  CHECK(views.close(second));
}

TEST_CASE("kernel/buffer-views: what is left open is released with the table") {
  TestInterpreter python;
  PyRef data = python.evaluate("bytearray(3)");
  {
    BufferViews views;
    REQUIRE(views.open(data.get()));
  }

  CHECK(PyByteArray_Resize(data.get(), 4) == 0);
}

TEST_CASE("kernel/buffer-views: an object without a buffer is Python's error") {
  TestInterpreter python;
  BufferViews views;

  CHECK(views.open(python.evaluate("[]").get()).error().detail == "TypeError");
}
