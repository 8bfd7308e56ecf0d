#include "proxy/js-proxy.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::PyRef;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

TEST_CASE("proxy/js-proxy: a view gives back its reference when Python drops it") {
  TestPage page;
  page.show("x", 1);
  page.show("y", 1);
  CHECK(page.held(1) == 2);

  page.python.run("del x, y");

  CHECK(page.held(1) == 0);
  CHECK(page.asked().empty());
}

TEST_CASE("proxy/js-proxy: views are equal when they show one object, and asking is not needed") {
  TestPage page;
  page.show("x", 1);
  page.show("same", 1);
  page.show("other", 2);

  CHECK(page.python.holds("x == same and not (x != same)"));
  CHECK(page.python.holds("x != other and x != 1 and not (x == None)"));
  CHECK(page.asked().empty());
}

TEST_CASE("proxy/js-proxy: js_id is the number by which JavaScript knows the object") {
  TestPage page;
  page.show("x", 1);
  page.show("same", 1);
  page.show("other", 2);

  CHECK(page.python.holds("x.js_id == same.js_id != other.js_id"));
}

TEST_CASE("proxy/js-proxy: comparing by order is JavaScript's between views, an error otherwise") {
  TestPage page;
  page.show("x", 1);
  page.show("y", 2);
  page.on(Op::COMPARE,
          [](const Asked& asked) { return Recorded::of(asked.values[1].text() == ">="); });

  CHECK(page.python.holds("x >= y and not x < y"));
  CHECK(page.last().values[0].handle.index == 2);
  CHECK(page.raised("x < 1").starts_with("TypeError"));
}

TEST_CASE("proxy/js-proxy: views are unhashable and cannot be made by hand") {
  TestPage page;
  page.show("x", 1);

  CHECK(page.raised("hash(x)") == "TypeError: unhashable type: 'pyodide.ffi.JsProxy'");
  CHECK(page.raised("type(x)()").starts_with("TypeError"));
  CHECK(page.raised("krait.JsProxy()").starts_with("TypeError"));
  CHECK(page.python.holds("repr(type(x)) == \"<class 'pyodide.ffi.JsProxy'>\""));
}

TEST_CASE("proxy/js-proxy: text, truth and typeof are JavaScript's") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::REPR, [](const Asked&) { return Recorded::of("[object Object]"); });
  page.on(Op::TRUTH, [](const Asked&) { return Recorded::of(false); });
  page.on(Op::TYPE_OF, [](const Asked&) { return Recorded::of("object"); });

  CHECK(page.python.holds("repr(x) == str(x) == '[object Object]'"));
  CHECK(page.python.holds("not x"));
  CHECK(page.python.holds("x.typeof == 'object'"));
}

TEST_CASE("proxy/js-proxy: a throwing toString raises") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [](const Asked&) { return Recorded::of("text"); });
  page.on(Op::REPR, [&](const Asked&) {
    return Reply::failed(FailureKind::JAVASCRIPT, page.object(9, bit(TypeFlag::EXCEPTION)));
  });

  CHECK(page.raised("str(x)") == "JsException: text: text");
}

TEST_CASE("proxy/js-proxy: a view goes home when it is an argument") {
  TestPage page;
  page.show("x", 1);
  page.show("y", 2);
  page.on(Op::SET_ATTR, [](const Asked&) { return Recorded::none(); });

  page.python.run("x.child = y");

  CHECK(page.last().values[1].tag == ValueTag::YOURS);
  CHECK(page.last().values[1].handle.index == 2);
}

TEST_CASE("proxy/js-proxy: weak references work") {
  TestPage page;
  page.show("x", 1);

  page.python.run("import weakref\nr = weakref.ref(x)\nassert r() is x\ndel x");

  CHECK(page.python.holds("r() is None"));
}

TEST_CASE("proxy/js-proxy: object_keys and its like ask for an array, to_weakref for a WeakRef") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::OWN_PROPERTIES, [&](const Asked&) { return page.object(5); });
  page.on(Op::WEAK_REF, [&](const Asked&) { return page.object(6); });

  for (const char* what : {"keys", "values", "entries"}) {
    page.python.run(std::string("x.object_") + what + "()");
    CHECK(page.last().values[0].text() == what);
  }
  page.python.run("x.to_weakref()");
  CHECK(page.last().op == Op::WEAK_REF);
}
