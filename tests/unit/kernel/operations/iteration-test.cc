#include <doctest/doctest.h>

#include "kernel/graph.h"
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

constexpr const char* kGenerators =
    "def echo():\n"
    "  got = yield 'ready'\n"
    "  while got != 'stop': got = yield got\n"
    "  return 'done'\n"
    "def catches():\n"
    "  try: yield 1\n"
    "  except GeneratorExit: yield 'still here'\n"
    "def returns():\n"
    "  try: yield 1\n"
    "  except GeneratorExit: return 'bye'\n"
    "def replaces():\n"
    "  try: yield 1\n"
    "  except GeneratorExit: raise ValueError\n"
    "async def asynchronous():\n"
    "  yield 1\n";

}  // namespace

TEST_CASE("kernel/operations: an iterator gives its items and then its end (PX-next)") {
  TestKernel kernel;
  const Handle iterator = kernel.give("iter([1, 'two'])");

  CHECK(kernel.ask(Op::NEXT, iterator).value.number == 1);
  CHECK(kernel.ask(Op::NEXT, iterator, {Recorded::of("ignored")}).value.text() == "two");
  const Answer end = kernel.ask(Op::NEXT, iterator);
  CHECK(end.status == Status::STOPPED);
  CHECK(end.value.tag == ValueTag::NONE);
  CHECK(kernel.ask(Op::NEXT, iterator).status == Status::STOPPED);
}

TEST_CASE("kernel/operations: iter is Python's, of sequences too") {
  TestKernel kernel;
  kernel.python.run("class Counts:\n  def __getitem__(self, index): return [5][index]");

  const Answer iterator = kernel.ask(Op::ITER, kernel.give("Counts()"));
  CHECK(kernel.ask(Op::NEXT, iterator.value.handle).value.number == 5);
  kernel.dispatcher.release(iterator.value.handle, 1);
  CHECK(kernel.ask(Op::ITER, kernel.give("5")).failure[1].text() == "TypeError");
  CHECK(kernel.ask(Op::NEXT, kernel.give("[]")).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: a generator is sent values and gives back its result") {
  TestKernel kernel;
  kernel.python.run(kGenerators);
  const Handle echo = kernel.give("echo()");

  CHECK(kernel.ask(Op::NEXT, echo, {Recorded::undefined()}).value.text() == "ready");
  CHECK(kernel.ask(Op::NEXT, echo, {Recorded::of(1)}).value.number == 1);
  CHECK(kernel.ask(Op::SEND, echo, {Recorded::of(2)}).value.number == 2);
  CHECK(kernel.ask(Op::NEXT, echo, {Recorded::absent()}).value.tag == ValueTag::NONE);
  const Answer end = kernel.ask(Op::NEXT, echo, {Recorded::of("stop")});
  CHECK(end.status == Status::STOPPED);
  CHECK(end.value.text() == "done");
}

TEST_CASE("kernel/operations: an iterator written in Python takes values when it has send") {
  TestKernel kernel;
  kernel.python.run(
      "class Sends:\n"
      "  def __iter__(self): return self\n"
      "  def __next__(self): return 'next'\n"
      "  def send(self, value):\n"
      "    if value is None: raise StopIteration('end')\n"
      "    return value\n");
  const Handle sends = kernel.give("Sends()");

  CHECK(kernel.ask(Op::NEXT, sends).value.text() == "next");
  CHECK(kernel.ask(Op::NEXT, sends, {Recorded::of(4)}).value.number == 4);
}

TEST_CASE("kernel/operations: close ends a generator as return does (PX-return)") {
  TestKernel kernel;
  kernel.python.run(kGenerators);
  const auto closed = [&](const char* expression, bool isStarted = true) {
    const Handle generator = kernel.give(expression);
    if (isStarted) kernel.ask(Op::NEXT, generator);
    return kernel.ask(Op::CLOSE, generator, {Recorded::of("value")});
  };

  CHECK(closed("echo()").status == Status::STOPPED);
  CHECK(closed("echo()").value.text() == "value");
  CHECK(closed("echo()", false).value.text() == "value");
  const Answer caught = closed("catches()");
  CHECK(caught.status == Status::RETURNED);
  CHECK(caught.value.text() == "still here");
  const Answer returned = closed("returns()");
  CHECK(returned.status == Status::STOPPED);
  CHECK(returned.value.text() == "bye");
  CHECK(closed("replaces()").failure[1].text() == "ValueError");
}

TEST_CASE("kernel/operations: an exception is thrown into a generator (PX-throw)") {
  TestKernel kernel;
  kernel.python.run(kGenerators);
  const Handle generator = kernel.give("echo()");
  kernel.ask(Op::NEXT, generator);

  CHECK(kernel.ask(Op::THROW_INTO, generator, {Recorded::of(5)})
            .failure[2]
            .text()
            .find("must be classes or instances deriving from BaseException") != std::string::npos);
  const Handle other = kernel.give("echo()");
  kernel.ask(Op::NEXT, other);
  CHECK(kernel.ask(Op::THROW_INTO, other, {Recorded::yours(kernel.give("KeyError('k')"))})
            .failure[1]
            .text() == "KeyError");
}

TEST_CASE("kernel/operations: asynchronous generators give awaitables") {
  TestKernel kernel;
  kernel.python.run(kGenerators);
  kernel.python.run(
      "import warnings\n"
      "generators = [asynchronous() for _ in range(5)]\n"
      "warnings.simplefilter('ignore')  # that they are never awaited\n");
  const auto asked = [&](int number, Op op, std::vector<Recorded> arguments) {
    const Handle generator = kernel.give("generators[" + std::to_string(number) + "]");
    return kernel.take(kernel.ask(op, generator, std::move(arguments)).value);
  };

  CHECK(asked(0, Op::ANEXT, {}).starts_with("<async_generator_asend"));
  CHECK(asked(1, Op::ANEXT, {Recorded::of(1)}).starts_with("<async_generator_asend"));
  CHECK(asked(2, Op::SEND, {Recorded::of(1)}).starts_with("<async_generator_asend"));
  CHECK(asked(3, Op::CLOSE, {}).starts_with("<async_generator_athrow"));
  CHECK(asked(4, Op::THROW_INTO, {Recorded::yours(kernel.give("ValueError()"))})
            .starts_with("<async_generator_athrow"));
  CHECK(asked(0, Op::AITER, {}).starts_with("<async_generator object"));
  CHECK(kernel.ask(Op::ANEXT, kernel.give("[]")).failure[1].text() == "TypeError");
  kernel.python.run("warnings.resetwarnings()");
}

TEST_CASE("kernel/operations: a batch holds up to as many items as asked for") {
  TestKernel kernel;
  const Handle iterator = kernel.give("iter([1, 2, 3, 4, 5])");

  const Answer first = kernel.ask(Op::NEXT_BATCH, iterator, {Recorded::of(3)});
  CHECK(first.status == Status::RETURNED);
  CHECK(kernel.reprOf(first.value) == "[1, 2, 3]");
  const Answer last = kernel.ask(Op::NEXT_BATCH, iterator, {Recorded::of(3)});
  CHECK(last.status == Status::STOPPED);
  CHECK(kernel.reprOf(last.value) == "[4, 5]");
  CHECK(kernel.reprOf(kernel.ask(Op::NEXT_BATCH, iterator, {Recorded::of(3)}).value) == "[]");
}

TEST_CASE("kernel/operations: a batch does not run a generator ahead of its consumer") {
  TestKernel kernel;
  kernel.python.run(
      "seen = []\ndef numbers():\n  for i in range(9):\n    seen.append(i)\n    yield i");
  const Handle generator = kernel.give("numbers()");

  CHECK(kernel.reprOf(kernel.ask(Op::NEXT_BATCH, generator, {Recorded::of(5)}).value) == "[0]");
  CHECK(kernel.python.holds("seen == [0]"));
}

TEST_CASE("kernel/operations: items before an error are delivered, then the error") {
  TestKernel kernel;
  kernel.python.run("table = {1: 1, 2: 2}\nkeys = iter(table)");
  const Handle keys = kernel.give("keys");
  CHECK(kernel.reprOf(kernel.ask(Op::NEXT_BATCH, keys, {Recorded::of(1)}).value) == "[1]");
  kernel.python.run("table[3] = 3");

  CHECK(kernel.ask(Op::NEXT_BATCH, keys, {Recorded::of(5)}).failure[1].text() == "RuntimeError");
}

TEST_CASE("kernel/operations: objects in a batch stay objects") {
  TestKernel kernel;

  const Answer batch =
      kernel.ask(Op::NEXT_BATCH, kernel.give("iter([[1], (2,)])"), {Recorded::of(5)});

  CHECK(kernel.table.size() == 3);
  krait::withdrawGraph(batch.value.bytes, kernel.conversion);
}
