#include <doctest/doctest.h>

#include <string>

#include "tests/unit/proxy/support/test-array.h"

using krait::bit;
using krait::PyRef;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestArray;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;

namespace {

constexpr uint32_t kFunction = bit(TypeFlag::CALLABLE);
constexpr uint32_t kError = bit(TypeFlag::EXCEPTION);
constexpr uint32_t kIterator = bit(TypeFlag::ITERATOR);

/// What `x.<name>` gives.
Reply property(TestPage& page, const std::string& name) {
  if (name == "text") return Recorded::of("some longer text than fits into a cache");
  if (name == "big") return Recorded::bigInt(std::vector<uint8_t>(40, 1));
  if (name == "object") return page.object(3);
  if (name == "method") return page.object(4, kFunction);
  if (name == "name" || name == "message" || name == "stack") return Recorded::of("at f (x:1:1)");
  if (name == "thrown") return Reply::failed(FailureKind::JAVASCRIPT, page.object(5, kError));
  return Reply::failed(FailureKind::NO_ATTRIBUTE);
}

void answerAll(TestPage& page) {
  page.on(Op::GET_ATTR, [&](const Asked& asked) { return property(page, asked.values[0].text()); });
  page.on(Op::SET_ATTR, [](const Asked&) { return Recorded::none(); });
  for (const Op op : {Op::CALL, Op::CALL_BOUND}) {
    page.on(op, [](const Asked&) { return Recorded::of("result"); });
  }
  for (const Op op : {Op::CONSTRUCT, Op::FROM_GRAPH, Op::PROXY_OF, Op::OWN_PROPERTIES}) {
    page.on(op, [&](const Asked&) { return page.object(6); });
  }
  page.on(Op::MAKE_ERROR, [&](const Asked&) { return page.object(5, kError); });
  page.on(Op::REPR, [](const Asked&) { return Recorded::of("[object]"); });
  page.on(Op::SEND, [](const Asked&) { return Reply::stopped(Recorded::of("end")); });
  page.on(Op::THROW_INTO, [](const Asked& asked) {
    return Reply::failed(FailureKind::PYTHON, Recorded::none(),
                         static_cast<int>(asked.values[2].number));
  });
}

}  // namespace

TEST_CASE("proxy/leaks: using views over and over leaves nothing behind in Python") {
  constexpr const char* kUses[] = {
      "x.text",
      "x.big",
      "x.object",
      "x.method",
      "x.method(1, [2], k=3)",
      "x.nothing",
      "x.thrown",
      "x.y = [1]",
      "f(1, a=2)",
      "f.new(x, [1])",
      "repr(x)",
      "x == y",
      "x < 1",
      "x.js_id",
      "x.object_keys()",
      "x.from_ = 1",
      "x()",
      "hash(x)",
      "str(x.error)",
      "it.send([1])",
      "it.throw(KeyError(1))",
      "it.throw(KeyError, 'a')",
      "it.throw(5)",
      "a[0]",
      "a[-1]",
      "a[99]",
      "a['x']",
      "a[1:2]",
      "a[::2]",
      "a[0] = 5",
      "a.append(1); a.pop()",
      "a[1:2] = [1, 2]; del a[1]",
      "a + [1]",
      "a * 2",
      "list(a)",
      "a.insert(0, 1); a.pop(0)",
      "len(a)",
      "a.extend(5)",
      "a.index(77)",
      "krait.to_js([1, {2: (3,)}])",
      "krait.create_proxy([1])",
      "krait.JsException('a', 'b', 'c')",
      "krait.js_flags(1)",
      "str(krait.JsException('a'))",
      "krait.JsException('a').args",
      "krait.JsException('a').__reduce__()",
      "raise krait.JsException('a')",
      "class C: m = f\nC().m(1)",
      "krait.JsBigInt(2**70) + 1",
      "-krait.JsBigInt(2**70)",
      "krait.JsNull()",
      "x.__name__ = [1]",
      "import weakref; weakref.ref(x.object)",
  };
  TestPage page;
  answerAll(page);
  TestArray array(page, {Recorded::of(0), Recorded::of(1), Recorded::of(2)});
  page.show("x", 2);
  page.show("y", 3);
  page.show("f", 4, kFunction);
  page.show("it", 7, kIterator | bit(TypeFlag::GENERATOR));
  page.python.run(
      "import sys, gc\n"
      "def repeat(code, times):\n"
      "  for _ in range(times):\n"
      "    try: exec(code, {**globals()})\n"
      "    except Exception as e: e.__traceback__ = None\n"
      "def leaked(use):\n"
      "  code = compile(use, 'use', 'exec')\n"
      "  repeat(code, 100)\n"
      "  gc.collect()\n"
      "  before = sys.getallocatedblocks()\n"
      "  repeat(code, 400)\n"
      "  gc.collect()\n"
      "  return sys.getallocatedblocks() - before\n");
  for (const char* use : kUses) {
    page.python.set("use", krait::PyRef::steal(PyUnicode_FromString(use)).get());
    const PyRef leaked = page.python.evaluate("leaked(use)");
    // Caches may take some blocks; a leak takes one a use.
    CHECK_MESSAGE(PyLong_AsLong(leaked.get()) < 200, std::string(use));
  }
}
