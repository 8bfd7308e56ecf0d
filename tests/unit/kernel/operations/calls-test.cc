#include <doctest/doctest.h>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::Status;
using krait::wire::ValueTag;

namespace {

/// A loop for the Python half to start coroutines on.
void useLoop(TestKernel& kernel) {
  kernel.python.run(
      "import asyncio\n"
      "from _pyodide._host import host\n"
      "from _pyodide.blocking_loop import BlockingLoop\n"
      "loop = host.loop = BlockingLoop()\n"
      "def settle_all():\n"
      "  for _ in range(5): loop.run_until_complete(asyncio.sleep(0))\n");
}

void dropLoop(TestKernel& kernel) { kernel.python.run("host.loop = None\nloop.close()"); }

}  // namespace

TEST_CASE("kernel/operations: positional and keyword arguments arrive as given (PX-callKwargs)") {
  TestKernel kernel;
  kernel.python.run("def shown(*args, **kwargs): return repr((args, kwargs))");
  const Handle shown = kernel.give("shown");

  CHECK(kernel.ask(Op::CALL, shown).value.text() == "((), {})");
  CHECK(kernel.ask(Op::CALL, shown, {Recorded::of(1), Recorded::of("two")}).value.text() ==
        "((1, 'two'), {})");
  CHECK(kernel
            .ask(Op::CALL, shown,
                 {Recorded::of(1), Recorded::of(2), Recorded::of(3), Recorded::of("a"),
                  Recorded::of("b")},
                 2)
            .value.text() == "((1,), {'a': 2, 'b': 3})");
}

TEST_CASE("kernel/operations: any number of arguments can be given") {
  TestKernel kernel;
  kernel.python.run("def total(*args, **kwargs): return sum(args) + sum(kwargs.values())");
  const Handle total = kernel.give("total");

  for (int count = 0; count < 40; count++) {
    CHECK(kernel
              .ask(Op::CALL, total,
                   std::vector<Recorded>(static_cast<size_t>(count), Recorded::of(2)))
              .value.number == 2 * count);
  }
  std::vector<Recorded> many(1000, Recorded::of(1));
  for (int i = 0; i < 500; i++) many.push_back(Recorded::of(("k" + std::to_string(i)).c_str()));
  CHECK(kernel.ask(Op::CALL, total, many, 500).value.number == 1000);
}

TEST_CASE("kernel/operations: a method is called with its object") {
  TestKernel kernel;
  kernel.python.run("class Adds:\n  def add(self, x, *, to): return x + to");

  CHECK(kernel
            .ask(Op::CALL_METHOD, kernel.give("Adds()"),
                 {Recorded::of("add"), Recorded::of(1), Recorded::of(2), Recorded::of("to")}, 1)
            .value.number == 3);
  CHECK(kernel.ask(Op::CALL_METHOD, kernel.give("[]"), {Recorded::of("nope")}).failure[1].text() ==
        "AttributeError");
}

TEST_CASE("kernel/operations: wrong arguments and things that cannot be called are TypeErrors") {
  TestKernel kernel;

  CHECK(kernel.ask(Op::CALL, kernel.give("5")).failure[1].text() == "TypeError");
  CHECK(kernel.ask(Op::CALL, kernel.give("len")).failure[1].text() == "TypeError");
  CHECK(kernel
            .ask(Op::CALL, kernel.give("len"),
                 {Recorded::of("a"), Recorded::of("b"), Recorded::of(1)}, 1)
            .kind() == FailureKind::PROTOCOL);  // the keyword's name is not text
}

TEST_CASE("kernel/operations: no frame of the kernel's is in a traceback") {
  TestKernel kernel;
  kernel.python.run("def fail(): raise ValueError('why')");

  CHECK(kernel.ask(Op::CALL, kernel.give("fail")).failure[2].text() ==
        "Traceback (most recent call last):\n"
        "  File \"<string>\", line 1, in fail\n"
        "ValueError: why\n");
}

TEST_CASE("kernel/operations: an async def that the client calls starts at once (PX-coroutine)") {
  TestKernel kernel;
  useLoop(kernel);
  kernel.python.run(
      "import functools\n"
      "started = []\n"
      "async def work(name): started.append(name)\n"
      "class Works:\n  async def work(self, name): started.append(name)\n"
      "works = Works()\n");

  const Answer plain = kernel.ask(Op::CALL, kernel.give("work"), {Recorded::of("plain")});
  const Answer method = kernel.ask(Op::CALL_METHOD, kernel.give("works"),
                                   {Recorded::of("work"), Recorded::of("method")});
  const Answer bound = kernel.ask(Op::CALL, kernel.give("works.work"), {Recorded::of("bound")});
  const Answer partial = kernel.ask(Op::CALL, kernel.give("functools.partial(work, 'partial')"));

  kernel.python.run("settle_all()");
  CHECK(kernel.python.holds("started == ['plain', 'method', 'bound', 'partial']"));
  for (const Answer* answer : {&plain, &method, &bound, &partial}) {
    CHECK(kernel.take(answer->value).find("Task finished") != std::string::npos);
  }
  dropLoop(kernel);
}

TEST_CASE("kernel/operations: a coroutine that a plain function returns is not started") {
  TestKernel kernel;
  kernel.python.run("async def work(): pass\npending = work()\ndef hand_over(): return pending");

  const Answer answer = kernel.ask(Op::CALL, kernel.give("hand_over"));

  CHECK(kernel.take(answer.value).starts_with("<coroutine object work"));
  kernel.python.run("pending.close()");
}

TEST_CASE("kernel/operations: await settles one of two callbacks once (PX-then)") {
  TestKernel kernel;
  useLoop(kernel);
  kernel.python.run(
      "resolved, rejected = [], []\n"
      "def reject(raise_error):\n"
      "  try: raise_error()\n"
      "  except Exception as error: rejected.append(type(error))\n"
      "async def works(): return 5\n"
      "async def fails(): raise KeyError('k')\n"
      "good, bad = works(), fails()\n");
  const Recorded resolve = Recorded::yours(kernel.give("resolved.append"));
  const Recorded reject = Recorded::yours(kernel.give("reject"));

  CHECK(kernel.ask(Op::AWAIT, kernel.give("good"), {resolve, reject}).value.tag == ValueTag::NONE);
  kernel.ask(Op::AWAIT, kernel.give("bad"), {resolve, reject});

  kernel.python.run("settle_all()");
  CHECK(kernel.python.holds("resolved == [5]"));
  CHECK(kernel.python.holds("rejected == [KeyError]"));
  dropLoop(kernel);
}
