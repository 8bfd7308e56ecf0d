#include "proxy/js-promise.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t kPromise = bit(TypeFlag::AWAITABLE);

/// Runs statements while an asyncio loop is there, which futures belong to.
void runInLoop(TestPage& page, const std::string& statements) {
  page.python.set("statements",
                  krait::PyRef::steal(PyUnicode_FromString(statements.c_str())).get());
  page.python.run(
      "import asyncio\n"
      "from _pyodide.blocking_loop import BlockingLoop\n"
      "async def main(): exec(statements, globals())\n"
      "loop = BlockingLoop()\n"
      "try: loop.run_until_complete(main())\n"
      "finally: loop.close()\n");
}

}  // namespace

TEST_CASE("proxy/js-promise: then, catch and finally_ hand on the new promise") {
  TestPage page;
  page.show("p", 1, kPromise);
  page.on(Op::CALL_METHOD, [&](const Asked&) { return page.object(2, kPromise); });
  struct Case {
    const char* call;
    const char* method;
    std::vector<bool> isFunction;
  };
  const Case kCases[] = {
      {"p.then(f)", "then", {true, false}},
      {"p.then(None, f)", "then", {false, true}},
      {"p.then(onrejected=f)", "then", {false, true}},
      {"p.then()", "then", {false, false}},
      {"p.catch(f)", "then", {false, true}},
      {"p.finally_(f)", "finally", {true}},
  };
  page.python.run("def f(*a): pass");
  for (const Case& c : kCases) {
    page.python.run(std::string("q = ") + c.call + "\nassert isinstance(q, krait.JsProxy)");
    REQUIRE(page.last().values.size() == c.isFunction.size() + 1);
    CHECK(page.last().values[0].text() == c.method);
    for (size_t at = 0; at < c.isFunction.size(); at++) {
      CHECK((page.last().values[at + 1].tag == ValueTag::MINE) == c.isFunction[at]);
    }
  }
}

TEST_CASE("proxy/js-promise: a call that gives a promise gives a future") {
  TestPage page;
  page.show("f", 1, bit(TypeFlag::CALLABLE));
  page.on(Op::CALL, [&](const Asked&) { return page.object(2, kPromise); });
  page.on(Op::PROXY_OF, [&](const Asked&) { return page.object(3); });
  page.on(Op::CALL_METHOD, [&](const Asked&) { return page.object(4, kPromise); });

  runInLoop(page, "r = f()");

  CHECK(page.python.holds("asyncio.isfuture(r)"));
  CHECK(page.last().values[0].text() == "then");
}

TEST_CASE("proxy/js-promise: awaiting asks for a future") {
  TestPage page;
  page.show("p", 1, kPromise);
  page.on(Op::PROXY_OF, [&](const Asked&) { return page.object(3); });
  page.on(Op::CALL_METHOD, [&](const Asked&) { return page.object(4, kPromise); });

  runInLoop(page, "async def g(): await p\nc = g()\nc.send(None)\nc.close()");

  CHECK(page.last().values[0].text() == "then");
}
