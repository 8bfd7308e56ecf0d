#include "proxy/js-calls.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t kFunction = bit(TypeFlag::CALLABLE);

}  // namespace

TEST_CASE("proxy/js-calls: arguments are positional, then keyword values, then their names") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CALL, [](const Asked&) { return Recorded::of("done"); });

  CHECK(page.python.holds("f(1, 'two', a=3, b=None) == 'done'"));

  const Asked& asked = page.last();
  REQUIRE(asked.values.size() == 6);
  CHECK(asked.keywords == 2);
  CHECK(asked.values[1].text() == "two");
  CHECK(asked.values[2].number == 3);
  CHECK(asked.values[3].tag == ValueTag::NONE);
  CHECK(asked.values[4].text() == "a");
  CHECK(asked.values[5].text() == "b");
}

TEST_CASE("proxy/js-calls: empty keywords pass nothing") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CALL, [](const Asked&) { return Recorded::none(); });

  page.python.run("f(**{})");

  CHECK(page.last().values.empty());
}

TEST_CASE("proxy/js-calls: a Python object that comes back is the identical one") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CALL, [&](const Asked& asked) { return page.home(asked.values[0]); });

  // The page's JavaScript destroys the argument after it wrote the reply, which Python must
  // survive.
  page.keepsArguments = true;
  page.python.run("a = [1]\nassert f(a) is a");

  page.giveBack(page.last().values[0]);
}

TEST_CASE("proxy/js-calls: `new` constructs, with keywords too") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CONSTRUCT, [&](const Asked&) { return page.object(2); });

  page.python.run("o = f.new(1, a=2)");

  CHECK(page.last().keywords == 1);
  CHECK(page.held(2) == 1);
}

TEST_CASE("proxy/js-calls: what is no function has neither a call nor `new`") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR,
          [](const Asked&) { return Reply::failed(krait::wire::FailureKind::NO_ATTRIBUTE); });

  CHECK(page.raised("x()") == "TypeError: 'pyodide.ffi.JsProxy' object is not callable");
  CHECK(page.raised("x.new").starts_with("AttributeError"));
  CHECK(page.python.holds("not callable(x)"));
}

TEST_CASE("proxy/js-calls: a function in a Python class is a method") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CALL_BOUND, [&](const Asked& asked) { return Recorded::of(asked.values[1].number); });

  page.python.run("class C: m = f\nc = C()\nbound = c.m\nassert bound(4) == 4 and C.m is f");

  CHECK(page.last().object == 1);
  CHECK(page.last().values[0].tag == ValueTag::MINE);
  CHECK(page.held(1) == 1);
}

TEST_CASE("proxy/js-calls: a bound function keeps the function that it was made of") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.on(Op::CALL_BOUND, [](const Asked&) { return Recorded::none(); });

  page.python.run("class C: m = f\nbound = C().m\ndel C.m, f, C\nbound()");

  CHECK(page.held(1) == 1);
}

TEST_CASE("proxy/js-calls: endless recursion through JavaScript is a RecursionError") {
  TestPage page;
  page.show("f", 1, kFunction);
  page.keepsArguments = true;
  page.on(Op::CALL, [&](const Asked& asked) {
    const krait::Handle again = asked.values[0].handle;
    krait::Frame frame(page.kernel.frames(), 4);
    const uint32_t status = page.kernel.dispatch(Op::CALL, again, frame.address(), 0, 0);
    page.giveBack(asked.values[0]);
    if (status == 0) return Reply(Recorded::none());
    const krait::FrameReader reply(page.kernel.frames(), frame.address(), 4);
    return Reply::failed(krait::wire::FailureKind::PYTHON, Recorded::none(),
                         static_cast<int>(reply.at(3).number()));
  });

  CHECK(page.raised("def g(): f(g)\ng()").starts_with("RecursionError"));
  CHECK(page.asked().size() >= 64);
  CHECK(page.raised("def g(): return 1\ng()") == "");
}

TEST_CASE("proxy/js-calls: methods that were read in a loop are given back in the end") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [&](const Asked&) { return page.object(2, kFunction); });
  page.on(Op::CALL_BOUND, [](const Asked&) { return Recorded::none(); });

  page.python.run("for i in range(100): x.f()");

  CHECK(page.held(2) == 0);
}
