#include "proxy/krait-module.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

TEST_CASE("proxy/krait-module: flags are told of views and of their classes") {
  TestPage page;
  page.show("f", 1, bit(TypeFlag::CALLABLE));

  CHECK(page.python.holds("krait.js_flags(f) == krait.js_flags_of_type(type(f)) == 1"));
  CHECK(page.python.holds("krait.js_flags_of_type(int) == 0"));
  CHECK(page.python.holds("krait.js_flags_of_type(krait.JsException) == 1 << 17"));
  CHECK(page.raised("krait.js_flags(1)").starts_with("TypeError"));
  CHECK(page.raised("krait.js_flags_of_type(1)").starts_with("TypeError"));
}

TEST_CASE("proxy/krait-module: proxies of Python objects are made by JavaScript") {
  TestPage page;
  page.on(Op::PROXY_OF,
          [&](const Asked&) { return page.object(1, bit(TypeFlag::JS_PROXY_OF_PYTHON)); });
  struct Case {
    const char* call;
    bool capturesThis, roundtrips, isOnce;
  };
  constexpr Case kCases[] = {
      {"krait.create_proxy(len)", false, true, false},
      {"krait.create_proxy(len, True)", true, true, false},
      {"krait.create_proxy(len, roundtrip=False)", false, false, false},
      {"krait.create_once_callable(len)", false, false, true},
  };
  for (const Case& c : kCases) {
    page.python.run(c.call);
    const auto& values = page.last().values;
    REQUIRE(values.size() == 4);
    CHECK(values[0].tag == ValueTag::MINE);
    CHECK(values[1].boolean == c.capturesThis);
    CHECK(values[2].boolean == c.roundtrips);
    CHECK(values[3].boolean == c.isOnce);
  }
}

TEST_CASE("proxy/krait-module: a double proxy is unwrapped and destroyed by JavaScript") {
  TestPage page;
  page.show("d", 1, bit(TypeFlag::JS_PROXY_OF_PYTHON));
  page.on(Op::UNWRAP, [](const Asked&) { return Recorded::of(5); });
  page.on(Op::CALL_METHOD, [](const Asked&) { return Recorded::none(); });

  CHECK(page.python.holds("d.unwrap() == 5 and d.destroy() is None"));
  CHECK(page.last().values[0].text() == "destroy");
}

TEST_CASE("proxy/krait-module: to_js sends a deep copy, and gives views back as they are") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::FROM_GRAPH, [&](const Asked&) { return page.object(2); });

  CHECK(page.python.holds("krait.to_js(x) is x"));
  CHECK(page.asked().empty());
  CHECK(page.python.holds("isinstance(krait.to_js([1], 1), krait.JsProxy)"));
  CHECK(page.last().values[0].tag == ValueTag::GRAPH);
}

TEST_CASE("proxy/krait-module: to_py reads a copy to the depth that is asked for") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::TO_NATIVE, [](const Asked& asked) { return asked.values[0]; });

  CHECK(page.python.holds("x.to_py() == -1 and x.to_py(depth=2) == 2"));
  CHECK(page.last().values[1].tag == ValueTag::NONE);
  page.python.run("x.to_py(default_converter=len)");
  CHECK(page.last().values[1].tag == ValueTag::MINE);
  CHECK(page.raised("x.to_py(1)").starts_with("TypeError"));
}

TEST_CASE("proxy/krait-module: a view is the object, of a class of Python's") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::CALLABLE));
  page.python.run(
      "class Mixin:\n  __slots__ = ()\n  def __call__(self): return self.own\n"
      "View = type('View', (Mixin, type(x)), {'__module__': 'm'})\n"
      "v = krait.view_of(x, View, 3)\nv.__dict__['own'] = 5");

  CHECK(
      page.python.holds("v() == 5 and v == x and isinstance(v, View) and krait.js_flags(v) == 3"));
  page.python.run("del x");
  CHECK(page.held(1) == 1);
  for (const char* wrong : {"krait.view_of(1, View, 0)", "krait.view_of(v, int, 0)",
                            "krait.view_of(v, 5, 0)", "krait.view_of(v)"}) {
    const std::string raised = page.raised(wrong);
    CAPTURE(raised);
    CHECK(raised.starts_with("TypeError"));
  }
}

TEST_CASE("proxy/krait-module: properties by their JavaScript names") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [](const Asked&) { return Recorded::of(5); });
  page.on(Op::SET_ATTR, [](const Asked&) { return Recorded::none(); });
  page.on(Op::DEL_ATTR, [](const Asked&) { return Recorded::none(); });

  CHECK(page.python.holds("krait.get_property(x, 'class_') == 5"));
  CHECK(page.last().values[0].text() == "class_");
  CHECK(page.python.holds("krait.set_property(x, 'to_py', 6) is None"));
  CHECK(page.last().values[0].text() == "to_py");
  CHECK(page.python.holds("krait.delete_property(x, '__name__') is None"));
  CHECK(page.last().values[0].text() == "__name__");
  CHECK(page.raised("krait.get_property(1, 'a')").starts_with("TypeError"));
  CHECK(page.raised("krait.get_property(x, 1)").starts_with("TypeError"));
}

TEST_CASE("proxy/krait-module: schedule hands a callable over") {
  TestPage page;

  page.python.run("krait.schedule(len, 2.5)");

  REQUIRE(page.scheduled.size() == 1);
  CHECK(page.scheduled[0].delayMs == 2.5);
  page.kernel.release(page.scheduled[0].callable, 1);
  CHECK(page.raised("krait.schedule(len, 'x')").starts_with("TypeError"));
}

TEST_CASE(
    "proxy/krait-module: the switching time.sleep is a builtin like the one that it replaces") {
  TestPage page;
  page.python.run(
      "import pickle, time, inspect\n"
      "former, time.sleep = time.sleep, krait.time_sleep()\n"
      "class Owner: sleep = time.sleep\n"
      "try:\n"
      "  Owner().sleep(0)\n"
      "  same = pickle.loads(pickle.dumps(time.sleep)) is time.sleep\n"
      "finally: time.sleep = former\n");

  CHECK(page.python.evaluate("same").get() == Py_True);
  CHECK(page.raised("krait.time_sleep()(-1)") == "ValueError: sleep length must be non-negative");
}
