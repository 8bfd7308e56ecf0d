#include <doctest/doctest.h>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::ValueTag;

TEST_CASE("kernel/operations: items are read, set, deleted and found (PX-get, PX-set, PX-has)") {
  TestKernel kernel;
  kernel.python.run("table = {'a': 1, 3: 'three'}");
  const Handle table = kernel.give("table");

  CHECK(kernel.ask(Op::GET_ITEM, table, {Recorded::of("a")}).value.number == 1);
  CHECK(kernel.ask(Op::GET_ITEM, table, {Recorded::of(3)}).value.text() == "three");
  kernel.ask(Op::SET_ITEM, table, {Recorded::of("b"), Recorded::none()});
  CHECK(kernel.python.holds("table['b'] is None"));
  kernel.ask(Op::DEL_ITEM, table, {Recorded::of("b")});
  CHECK_FALSE(kernel.ask(Op::CONTAINS, table, {Recorded::of("b")}).value.boolean);
  CHECK(kernel.ask(Op::CONTAINS, table, {Recorded::of(3)}).value.boolean);
  CHECK_FALSE(kernel.ask(Op::CONTAINS, table, {Recorded::of("3")}).value.boolean);
  CHECK(kernel.ask(Op::LENGTH, table).value.number == 2);
}

TEST_CASE("kernel/operations: KeyError and IndexError mean a missing item, other errors are told") {
  TestKernel kernel;
  kernel.python.run(
      "class Custom:\n"
      "  def __getitem__(self, key): raise [KeyError, IndexError, LookupError, ValueError][key]\n");
  const Handle custom = kernel.give("Custom()");
  const auto get = [&](Handle target, const Recorded& key) {
    return kernel.ask(Op::GET_ITEM, target, {key});
  };

  CHECK(get(kernel.give("{}"), Recorded::of("x")).kind() == FailureKind::NO_ITEM);
  CHECK(get(kernel.give("[]"), Recorded::of(5)).kind() == FailureKind::NO_ITEM);
  CHECK(get(custom, Recorded::of(0)).kind() == FailureKind::NO_ITEM);
  CHECK(get(custom, Recorded::of(1)).kind() == FailureKind::NO_ITEM);
  CHECK(get(custom, Recorded::of(2)).failure[1].text() == "LookupError");
  CHECK(get(custom, Recorded::of(3)).failure[1].text() == "ValueError");
  CHECK(get(kernel.give("[]"), Recorded::of("x")).failure[1].text() == "TypeError");
  CHECK(get(kernel.give("{}"), Recorded::yours(kernel.give("[]"))).failure[1].text() ==
        "TypeError");
  CHECK(get(kernel.give("5"), Recorded::of(0)).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: deleting a missing item is a KeyError (PX-delete)") {
  TestKernel kernel;

  CHECK(kernel.ask(Op::DEL_ITEM, kernel.give("{}"), {Recorded::of("x")}).failure[1].text() ==
        "KeyError");
}

TEST_CASE("kernel/operations: an exception in __len__ is told") {
  TestKernel kernel;
  kernel.python.run("class Fails:\n  def __len__(self): return -1");

  CHECK(kernel.ask(Op::LENGTH, kernel.give("Fails()")).failure[1].text() == "ValueError");
  CHECK(kernel.ask(Op::LENGTH, kernel.give("5")).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: __missing__ and default factories serve getItem") {
  TestKernel kernel;
  kernel.python.run("import collections");

  CHECK(kernel.ask(Op::GET_ITEM, kernel.give("collections.defaultdict(int)"), {Recorded::of("x")})
            .value.number == 0);
}
