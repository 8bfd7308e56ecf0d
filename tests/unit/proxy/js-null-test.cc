#include "proxy/js-null.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::ValueTag;

TEST_CASE("proxy/js-null: jsnull is one falsy object of its own type") {
  TestPage page;

  CHECK(page.python.holds("krait.JsNull() is krait.jsnull and not krait.jsnull"));
  CHECK(page.python.holds("repr(krait.jsnull) == 'jsnull' and krait.jsnull.typeof == 'object'"));
  CHECK(page.python.holds("krait.jsnull != None and krait.jsnull.__reduce__() == 'jsnull'"));
  CHECK(page.python.holds("repr(krait.JsNull) == \"<class 'pyodide.ffi.JsNull'>\""));
  CHECK(page.raised("krait.JsNull(1)") == "TypeError: JsNull takes no arguments");
}

TEST_CASE("proxy/js-null: null keeps its identity both ways") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ITEM, [](const auto&) { return Recorded::null(); });
  page.show("map", 2, krait::bit(krait::wire::TypeFlag::HAS_GET));

  CHECK(page.python.holds("map[krait.jsnull] is krait.jsnull"));
  CHECK(page.last().values[0].tag == ValueTag::JS_NULL);
}
