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

TEST_CASE("kernel/operations: attributes are read, set and deleted (PX-attr)") {
  TestKernel kernel;
  kernel.python.run("class Plain: kind = 'plain'\nit = Plain()");
  const Handle it = kernel.give("it");

  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of("kind")}).value.text() == "plain");
  CHECK(kernel.ask(Op::SET_ATTR, it, {Recorded::of("size"), Recorded::of(3)}).value.tag ==
        ValueTag::NONE);
  CHECK(kernel.python.holds("it.size == 3"));
  CHECK(kernel.ask(Op::HAS_ATTR, it, {Recorded::of("size")}).value.boolean);
  kernel.ask(Op::DEL_ATTR, it, {Recorded::of("size")});
  CHECK_FALSE(kernel.ask(Op::HAS_ATTR, it, {Recorded::of("size")}).value.boolean);
}

TEST_CASE("kernel/operations: a missing attribute is no exception, a failing one is") {
  TestKernel kernel;
  kernel.python.run(
      "class Fails:\n"
      "  @property\n  def missing(self): raise AttributeError\n"
      "  @property\n  def broken(self): raise ValueError\n");
  const Handle it = kernel.give("Fails()");

  const Answer absent = kernel.ask(Op::GET_ATTR, it, {Recorded::of("nope")});
  CHECK(absent.kind() == FailureKind::NO_ATTRIBUTE);
  CHECK(absent.failure[2].text() == "'Fails' object has no attribute 'nope'");
  CHECK(absent.failure[3].number == 0);
  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of("missing")}).kind() ==
        FailureKind::NO_ATTRIBUTE);
  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of("broken")}).failure[1].text() == "ValueError");
  CHECK_FALSE(kernel.ask(Op::HAS_ATTR, it, {Recorded::of("broken")}).value.boolean);  // PX-attr.in
  CHECK(kernel.ask(Op::DEL_ATTR, it, {Recorded::of("nope")}).failure[1].text() == "AttributeError");
}

TEST_CASE("kernel/operations: names may be any text, but nothing else") {
  TestKernel kernel;
  kernel.python.run(
      "import types\nit = types.SimpleNamespace()\nsetattr(it, 'caf\\u00e9 \\U0001F40D', 1)");
  const Handle it = kernel.give("it");

  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of("caf\xc3\xa9 \xf0\x9f\x90\x8d")}).value.number ==
        1);
  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of("\xff")}).kind() == FailureKind::PROTOCOL);
  CHECK(kernel.ask(Op::GET_ATTR, it, {Recorded::of(1)}).kind() == FailureKind::PROTOCOL);
  const Recorded loneSurrogate{
      .tag = ValueTag::TEXT, .encoding = krait::wire::TextEncoding::UTF16, .bytes = {0x00, 0xd8}};
  CHECK(kernel.ask(Op::GET_ATTR, it, {loneSurrogate}).kind() == FailureKind::NO_ATTRIBUTE);
}

TEST_CASE("kernel/operations: dir lists the names") {
  TestKernel kernel;
  kernel.python.run("class Listed:\n  def __dir__(self): return ['b', 'a']");

  CHECK(kernel.take(kernel.ask(Op::DIR, kernel.give("Listed()")).value) == "['a', 'b']");
}

TEST_CASE("kernel/operations: a name that a client asked for is not kept for good") {
  TestKernel kernel;
  kernel.python.run("import sys\nname = ''.join(['never ', 'heard ', 'of'])");

  kernel.ask(Op::HAS_ATTR, kernel.give("object()"), {Recorded::of("never heard of")});

  kernel.python.run("sys._clear_type_cache()");  // it remembers a bounded number of names
  CHECK(kernel.python.holds("sys.intern(name) is name"));
}
