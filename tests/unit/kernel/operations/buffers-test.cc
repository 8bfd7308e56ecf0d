#include <doctest/doctest.h>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::PyRef;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::ValueTag;

namespace {

/// The description without view number and address, which are checked here.
std::string described(TestKernel& kernel, const std::string& expression) {
  const Answer answer = kernel.ask(Op::GET_BUFFER, kernel.give(expression));
  auto graph = kernel.conversion.read(krait::test::RecordedReader(answer.value));
  REQUIRE(graph);
  kernel.python.set("description", graph->get());
  CHECK(kernel.python.holds("description[1] > 0"));
  PyRef number = kernel.python.evaluate("description[0]");
  PyRef repr = kernel.python.evaluate("repr(description[2:])");
  kernel.ask(Op::RELEASE_BUFFER, {}, {Recorded::integer(PyLong_AsDouble(number.get()))});
  return krait::test::textOf(repr.get());
}

}  // namespace

TEST_CASE("kernel/operations: a buffer is described with the memory that spans it (PB-*)") {
  TestKernel kernel;
  kernel.python.run("import array");

  CHECK(described(kernel, "b'abc'") == "(3, 0, 'B', 1, (3,), (1,), True, True, True)");
  CHECK(described(kernel, "array.array('d', [1, 2])") ==
        "(16, 0, 'd', 8, (2,), (8,), False, True, True)");
  CHECK(described(kernel, "memoryview(bytes(6)).cast('B', (2, 3))") ==
        "(6, 0, 'B', 1, (2, 3), (3, 1), True, True, False)");
  CHECK(described(kernel, "memoryview(b'abcdef')[::-2]") ==
        "(5, 4, 'B', 1, (3,), (-2,), True, False, False)");
  CHECK(described(kernel, "memoryview(b'abcdef')[1:5:2]") ==
        "(3, 0, 'B', 1, (2,), (2,), True, False, False)");
  CHECK(described(kernel, "b''").starts_with("(0, 0, 'B', 1, (0,), (1,), "));
}

TEST_CASE("kernel/operations: the address is that of the items") {
  TestKernel kernel;
  kernel.python.run("data = bytearray(b'abc')");
  const Answer answer = kernel.ask(Op::GET_BUFFER, kernel.give("data"));
  auto graph = kernel.conversion.read(krait::test::RecordedReader(answer.value));
  auto* bytes = static_cast<char*>(PyLong_AsVoidPtr(PyTuple_GET_ITEM(graph->get(), 1)));

  bytes[1] = 'X';

  CHECK(kernel.python.holds("data == b'aXc'"));
  CHECK(kernel.ask(Op::RELEASE_BUFFER, {}, {Recorded::of(1)}).value.tag == ValueTag::NONE);
  kernel.python.run("data.append(1)");
  CHECK(kernel.ask(Op::RELEASE_BUFFER, {}, {Recorded::of(1)}).kind() == FailureKind::STALE_HANDLE);
}

TEST_CASE("kernel/operations: an object without a buffer is a TypeError") {
  TestKernel kernel;

  CHECK(kernel.ask(Op::GET_BUFFER, kernel.give("[]")).failure[1].text() == "TypeError");
}
