#include <doctest/doctest.h>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;

TEST_CASE(
    "kernel/operations: a member is an item, the length or an attribute (PX-dict, PX-seq.index)") {
  TestKernel kernel;
  const auto get = [&](const char* code, const char* name) {
    return kernel.ask(Op::GET_MEMBER, kernel.give(code), {Recorded::of(name)});
  };

  CHECK(get("[4, 5]", "1").value.number == 5);
  CHECK(get("[4, 5]", "length").value.number == 2);
  CHECK(get("{'key': 6}", "key").value.number == 6);
  CHECK(get("{7: 8}", "7").value.number == 8);
  CHECK(get("{'7': 9, 7: 8}", "7").value.number == 9);
  CHECK(get("{'a': 1}", "length").value.number == 1);
  CHECK(get("(1+2j)", "real").value.number == 1);
  CHECK(get("[4, 5]", "2").kind() == FailureKind::NO_ATTRIBUTE);
  CHECK(get("[4, 5]", "01").kind() == FailureKind::NO_ATTRIBUTE);
  CHECK(get("[4, 5]", "99999999999").kind() == FailureKind::NO_ATTRIBUTE);
  CHECK(get("{}", "nothing").kind() == FailureKind::NO_ATTRIBUTE);
  CHECK(get("5", "length").kind() == FailureKind::NO_ATTRIBUTE);
}

TEST_CASE("kernel/operations: attributes of a dict stay ahead of its keys (PX-dict.2)") {
  TestKernel kernel;
  kernel.python.run("table = {'items': 1}\nclass Own(dict): pass\nown = Own(key=1)");

  const auto items = kernel.ask(Op::CALL_MEMBER, kernel.give("table"), {Recorded::of("items")});
  CHECK(kernel.take(items.value) == "dict_items([('items', 1)])");
  CHECK(kernel.ask(Op::GET_MEMBER, kernel.give("own"), {Recorded::of("key")}).kind() ==
        FailureKind::NO_ATTRIBUTE);
}

TEST_CASE("kernel/operations: a member is called: the proxy's method, an item, or a method") {
  TestKernel kernel;
  kernel.python.run(
      "class Own:\n"
      "  def get(self, x): return x + 1\n"
      "table = {'a': 2, 'f': lambda x: x * 10}");
  const auto call = [&](const char* code, std::vector<Recorded> arguments) {
    return kernel.ask(Op::CALL_MEMBER, kernel.give(code), std::move(arguments));
  };

  CHECK(call("Own()", {Recorded::of("get"), Recorded::of(1)}).value.number == 2);
  CHECK(call("table", {Recorded::of("get"), Recorded::of("a")}).value.number == 2);
  CHECK(call("table", {Recorded::of("get"), Recorded::of("b")}).kind() == FailureKind::NO_ITEM);
  CHECK(call("table", {Recorded::of("f"), Recorded::of(2)}).value.number == 20);
  CHECK(call("table", {Recorded::of("has"), Recorded::of("a")}).value.boolean);
  CHECK(call("[3]", {Recorded::of("includes"), Recorded::of(3)}).value.boolean);
  CHECK(call("'abc'", {Recorded::of("upper")}).value.text() == "ABC");
  CHECK(call("5", {Recorded::of("get"), Recorded::of(1)}).failure[1].text() == "AttributeError");
}

TEST_CASE("kernel/operations: members are set and deleted") {
  TestKernel kernel;
  kernel.python.run("import types\ntable, items, own = {1: 1}, [1, 2], types.SimpleNamespace()");
  const auto set = [&](const char* code, const char* name, int value) {
    return kernel.ask(Op::SET_MEMBER, kernel.give(code), {Recorded::of(name), Recorded::of(value)});
  };

  set("table", "key", 5);
  set("table", "1", 6);
  set("items", "0", 7);
  set("own", "x", 8);
  CHECK(kernel.python.holds("table == {1: 6, 'key': 5} and items == [7, 2] and own.x == 8"));
  CHECK(set("items", "9", 1).failure[1].text() == "IndexError");
  kernel.ask(Op::DEL_MEMBER, kernel.give("table"), {Recorded::of("key")});
  kernel.ask(Op::DEL_MEMBER, kernel.give("items"), {Recorded::of("0")});
  kernel.ask(Op::DEL_MEMBER, kernel.give("own"), {Recorded::of("x")});
  CHECK(kernel.python.holds("table == {1: 6} and items == [2] and not hasattr(own, 'x')"));
}
