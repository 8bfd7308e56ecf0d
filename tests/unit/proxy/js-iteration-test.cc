#include "proxy/js-iteration.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t kIterator = bit(TypeFlag::ITERATOR);
constexpr uint32_t kGenerator =
    bit(TypeFlag::ITERATOR) | bit(TypeFlag::ITERABLE) | bit(TypeFlag::GENERATOR);

TestPage::Answer counting(int& next, int end, const Recorded& last = Recorded::none()) {
  return [&next, end, last](const Asked&) -> Reply {
    if (next < end) return Recorded::of(next++);
    return Reply::stopped(last);
  };
}

}  // namespace

TEST_CASE("proxy/js-iteration: an iterable is gone through by its iterator") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::ITERABLE));
  int next = 0;
  page.on(Op::ITER, [&](const Asked&) { return page.object(2, kIterator); });
  page.on(Op::NEXT, counting(next, 3));

  CHECK(page.python.holds("list(x) == [0, 1, 2]"));
  CHECK(page.held(2) == 0);
}

TEST_CASE("proxy/js-iteration: an iterator without a symbol is its own iterator") {
  TestPage page;
  page.show("x", 1, kIterator);

  CHECK(page.python.holds("iter(x) is x"));
}

TEST_CASE("proxy/js-iteration: the return value comes with StopIteration") {
  TestPage page;
  page.show("x", 1, kGenerator);
  int next = 0;
  page.on(Op::ITER, [&](const Asked&) { return page.object(1, kGenerator); });
  page.on(Op::NEXT, counting(next, 1, Recorded::of("end")));

  page.python.run(
      "def f(): return (yield from x)\n"
      "g = f()\n"
      "assert next(g) == 0\n"
      "try: next(g)\n"
      "except StopIteration as e: value = e.value\n");

  CHECK(page.python.holds("value == 'end'"));
}

TEST_CASE("proxy/js-iteration: a tuple as return value stays one") {
  TestPage page;
  page.show("x", 1, kIterator);
  page.keepsArguments = true;
  page.on(Op::SEND, [&](const Asked& asked) { return Reply::stopped(page.home(asked.values[0])); });

  page.python.run(
      "t = (1, 2)\n"
      "try: x.send(t)\n"
      "except StopIteration as e: value = e.value\n");

  CHECK(page.python.holds("value is t"));
  page.giveBack(page.last().values[0]);
}

TEST_CASE("proxy/js-iteration: send goes on with a value") {
  TestPage page;
  page.show("x", 1, kGenerator);
  page.on(Op::SEND, [](const Asked& asked) { return asked.values[0]; });

  CHECK(page.python.holds("x.send(4) == 4"));
}

TEST_CASE("proxy/js-iteration: close ends a generator, or says that it went on") {
  TestPage page;
  page.show("x", 1, kGenerator);
  page.on(Op::CLOSE, [](const Asked&) { return Reply::stopped(Recorded::of(1)); });
  CHECK(page.python.holds("x.close() is None"));

  page.on(Op::CLOSE, [](const Asked&) { return Recorded::of(1); });
  CHECK(page.raised("x.close()") == "RuntimeError: JavaScript generator ignored return");
}

TEST_CASE("proxy/js-iteration: a Python exception is thrown in by its serial, and comes back") {
  TestPage page;
  page.show("x", 1, kGenerator);
  page.on(Op::THROW_INTO, [](const Asked& asked) {
    return Reply::failed(FailureKind::PYTHON, Recorded::none(),
                         static_cast<int>(asked.values[2].number));
  });

  page.python.run(
      "e = KeyError(1)\n"
      "try: x.throw(e)\n"
      "except KeyError as caught: same = caught is e\n");

  CHECK(page.python.holds("same"));
  CHECK(page.last().values[0].text() == "KeyError");
  CHECK(page.raised("x.throw(ValueError, 'v')") == "ValueError: v");
  CHECK(page.raised("x.throw(ValueError)") == "ValueError: ");
  CHECK(page.raised("x.throw(1)").starts_with("TypeError"));
}

TEST_CASE("proxy/js-iteration: a JavaScript error is thrown in as itself") {
  TestPage page;
  page.show("x", 1, kGenerator);
  page.show("e", 2, bit(TypeFlag::EXCEPTION));
  page.on(Op::THROW_INTO, [](const Asked&) { return Recorded::of(1); });

  CHECK(page.python.holds("x.throw(e) == 1"));
  CHECK(page.last().values[0].tag == ValueTag::YOURS);
}

TEST_CASE("proxy/js-iteration: GeneratorExit closes") {
  TestPage page;
  page.show("x", 1, kGenerator);
  page.on(Op::CLOSE, [](const Asked&) { return Reply::stopped(Recorded::none()); });

  CHECK(page.raised("x.throw(GeneratorExit)").starts_with("StopIteration"));
}

TEST_CASE("proxy/js-iteration: asking the wrong kind of iterator is a TypeError") {
  TestPage page;
  page.show("x", 1, kIterator);
  page.on(Op::NEXT, [](const Asked&) {
    return Reply::failed(FailureKind::UNSUPPORTED, Recorded::of("Result was a promise"));
  });

  CHECK(page.raised("next(x)") == "TypeError: Result was a promise");
}

TEST_CASE("proxy/js-iteration: an asynchronous disposable is an asynchronous context manager") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::JS_ASYNC_DISPOSABLE));
  page.on(Op::DISPOSE, [](const Asked&) { return Recorded::of(1); });

  page.python.run(
      "async def f():\n"
      "  async with x as y: return y is x\n"
      "try: f().send(None)\n"
      "except StopIteration as e: value = e.value\n");

  CHECK(page.python.holds("value is True"));
  CHECK(page.last().values[0].boolean);
}

TEST_CASE("proxy/js-iteration: a disposable is a context manager") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::JS_DISPOSABLE));
  page.on(Op::DISPOSE, [](const Asked&) { return Recorded::of(1); });

  page.python.run("with x as y: assert y is x");
  CHECK(page.last().values[0].boolean == false);
  CHECK(page.raised("with x: raise KeyError('k')") == "KeyError: 'k'");
}
