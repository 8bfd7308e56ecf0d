#include <doctest/doctest.h>

#include "kernel/graph.h"
#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::ValueTag;

TEST_CASE("kernel/operations: toNative gives a deep copy that fromGraph makes an object of") {
  TestKernel kernel;
  const Handle nested = kernel.give("{'a': [1, (2.5, None)], 'b': {3}}");

  const Answer copy = kernel.ask(Op::TO_NATIVE, nested, {Recorded::of(-1)});
  REQUIRE(copy.value.tag == ValueTag::GRAPH);
  const Answer back = kernel.ask(Op::FROM_GRAPH, {}, {copy.value});

  CHECK(kernel.take(back.value) == "{'a': [1, (2.5, None)], 'b': {3}}");
}

TEST_CASE("kernel/operations: toNative stops at the depth it is told") {
  TestKernel kernel;
  const Handle nested = kernel.give("[[1], 2]");

  const Answer copy = kernel.ask(Op::TO_NATIVE, nested, {Recorded::of(1)});

  CHECK(kernel.table.size() == 2);
  krait::withdrawGraph(copy.value.bytes, kernel.conversion);
  CHECK(kernel.table.size() == 1);
}

TEST_CASE("kernel/operations: a key without a value in JavaScript is a ConversionError") {
  TestKernel kernel;

  const Answer answer = kernel.ask(Op::TO_NATIVE, kernel.give("{(): 1}"), {Recorded::of(-1)});

  CHECK(answer.failure[1].text() == "ConversionError");
  CHECK(answer.failure[2].text().find(
            "pyodide.ffi.ConversionError: Cannot use () as a key for a Javascript Map") !=
        std::string::npos);
}

TEST_CASE("kernel/operations: depth must be a 32-bit int") {
  TestKernel kernel;
  const Handle list = kernel.give("[]");

  CHECK(kernel.ask(Op::TO_NATIVE, list, {Recorded::of("1")}).kind() == FailureKind::PROTOCOL);
  CHECK(kernel.ask(Op::TO_NATIVE, list, {Recorded::integer(3e9)}).kind() == FailureKind::PROTOCOL);
}
