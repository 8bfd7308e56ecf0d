#include <doctest/doctest.h>

#include <string>

#include "kernel/type-flags.h"
#include "tests/unit/support/test-kernel.h"

using krait::bit;
using krait::Handle;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;

TEST_CASE("kernel/operations: repr, str, type name and truth are Python's") {
  TestKernel kernel;
  kernel.python.run(
      "class Both:\n  def __repr__(self): return 'R'\n  def __str__(self): return 'S'");
  const Handle both = kernel.give("Both()");

  CHECK(kernel.ask(Op::REPR, both).value.text() == "R");
  CHECK(kernel.ask(Op::STR, both).value.text() == "S");
  CHECK(kernel.ask(Op::TYPE_NAME, both).value.text() == "Both");
  CHECK(kernel.ask(Op::TRUTH, both).value.boolean);
  CHECK_FALSE(kernel.ask(Op::TRUTH, kernel.give("[]")).value.boolean);
}

TEST_CASE("kernel/operations: hash is Python's, also of what has none") {
  TestKernel kernel;

  CHECK(kernel.ask(Op::HASH, kernel.give("7")).value.number == 7);
  CHECK(kernel.ask(Op::HASH, kernel.give("[]")).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: the six comparisons") {
  TestKernel kernel;
  const Handle one = kernel.give("(1,)");
  const Recorded two = Recorded::yours(kernel.give("(2,)"));
  const std::pair<const char*, bool> cases[] = {{"<", true},  {"<=", true}, {"==", false},
                                                {"!=", true}, {">", false}, {">=", false}};

  for (const auto& [spelling, answer] : cases) {
    CHECK(kernel.ask(Op::COMPARE, one, {two, Recorded::of(spelling)}).value.boolean == answer);
  }
  CHECK(kernel.ask(Op::COMPARE, one, {two, Recorded::of("<>")}).kind() == FailureKind::PROTOCOL);
}

TEST_CASE("kernel/operations: isInstance takes classes and tuples of them") {
  TestKernel kernel;
  const Handle list = kernel.give("[]");

  CHECK(kernel.ask(Op::IS_INSTANCE, list, {Recorded::yours(kernel.give("(int, list)"))})
            .value.boolean);
  CHECK_FALSE(
      kernel.ask(Op::IS_INSTANCE, list, {Recorded::yours(kernel.give("int"))}).value.boolean);
  CHECK(kernel.ask(Op::IS_INSTANCE, list, {Recorded::of(1)}).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: identity is equal for one object only") {
  TestKernel kernel;
  kernel.python.run("one, other = [], []");
  const auto identity = [&](const char* name) {
    return kernel.ask(Op::IDENTITY, kernel.give(name)).value.number;
  };

  CHECK(identity("one") == identity("one"));
  CHECK(identity("one") != identity("other"));
}

TEST_CASE("kernel/operations: flags are the type flags") {
  TestKernel kernel;

  const double flags = kernel.ask(Op::FLAGS, kernel.give("len")).value.number;

  CHECK(flags == bit(TypeFlag::CALLABLE));
}

TEST_CASE("kernel/operations: stats lists the live handles by type") {
  TestKernel kernel;
  const Handle one = kernel.give("[1]");
  const Handle two = kernel.give("[2]");
  const Handle other = kernel.give("{}");

  const auto number = [](Handle handle) { return std::to_string(handle.index); };
  const std::string report = kernel.ask(Op::STATS, {}).value.text();
  CHECK(report.starts_with(R"({"bufferViews": 0, "handles": {"list": [)" + number(one) + ", " +
                           number(two) + R"(], "dict": [)" + number(other) +
                           R"(]}, "memory": {"totalBytes": )"));
}
