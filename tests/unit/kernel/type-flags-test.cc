#include "kernel/type-flags.h"

#include <doctest/doctest.h>

#include <sstream>

#include "tests/unit/support/test-interpreter.h"

using krait::bit;
using krait::typeFlagsOf;
using krait::typeNameOf;
using krait::test::TestInterpreter;
using krait::test::textOf;
using krait::wire::TypeFlag;

namespace {

constexpr std::pair<const char*, TypeFlag> kWords[] = {
    {"call", TypeFlag::CALLABLE},        {"len", TypeFlag::HAS_LENGTH},
    {"get", TypeFlag::HAS_GET},          {"set", TypeFlag::HAS_SET},
    {"has", TypeFlag::HAS_CONTAINS},     {"iter", TypeFlag::ITERABLE},
    {"next", TypeFlag::ITERATOR},        {"gen", TypeFlag::GENERATOR},
    {"aiter", TypeFlag::ASYNC_ITERABLE}, {"anext", TypeFlag::ASYNC_ITERATOR},
    {"agen", TypeFlag::ASYNC_GENERATOR}, {"await", TypeFlag::AWAITABLE},
    {"buffer", TypeFlag::BUFFER},        {"dict", TypeFlag::DICT},
    {"seq", TypeFlag::SEQUENCE},         {"mseq", TypeFlag::MUTABLE_SEQUENCE},
    {"class", TypeFlag::CLASS},          {"exc", TypeFlag::EXCEPTION}};

std::string wordsOf(uint32_t flags) {
  std::string words;
  for (const auto& [word, flag] : kWords) {
    if ((flags & bit(flag)) != 0) words += (words.empty() ? "" : " ") + std::string(word);
  }
  return words;
}

std::string flagsOf(TestInterpreter& python, const std::string& expression) {
  auto flags = typeFlagsOf(python.evaluate(expression).get());
  REQUIRE(flags);
  return wordsOf(*flags);
}

std::string nameOf(TestInterpreter& python, const std::string& expression) {
  auto name = typeNameOf(python.evaluate(expression).get());
  REQUIRE(name);
  return textOf(name->get());
}

}  // namespace

TEST_CASE("kernel/type-flags: the types of the table have what it says (PX-present)") {
  TestInterpreter python;
  python.run(
      "import array, asyncio, collections, types\n"
      "async def coroutine(): pass\n"
      "async def async_generator(): yield\n"
      "def generator(): yield\n"
      "@types.coroutine\n"
      "def old_coroutine(): yield\n"
      "class Waits:\n  def __await__(self): yield\n"
      "class Calls:\n  def __call__(self): pass\n"
      "class Generic:\n  def __class_getitem__(cls, key): pass\n"
      "class Plain: pass\n");
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "len get set has iter seq mseq"},
      {"collections.deque()", "len get set has iter seq mseq"},
      {"(1,)", "len get has iter seq"},
      {"range(3)", "len get has iter seq"},
      {"b''", "len get has iter buffer seq"},
      {"bytearray()", "len get set has iter buffer seq mseq"},
      {"array.array('i')", "len get set has iter buffer seq mseq"},
      {"memoryview(b'')", "len get set iter buffer"},
      {"{}", "len get set has iter dict"},
      {"collections.OrderedDict()", "len get set has iter"},
      {"set()", "len has iter"},
      {"frozenset()", "len has iter"},
      {"{}.keys()", "len has iter"},
      {"iter([])", "iter next"},
      {"generator()", "iter next gen"},
      {"async_generator()", "aiter anext agen"},
      {"old_coroutine()", "iter next gen await"},
      {"Waits()", "await"},
      {"Calls()", "call"},
      {"len", "call"},
      {"Plain", "call class"},
      {"Generic", "call get class"},
      {"list", "call get class"},
      {"Plain()", ""},
      {"ValueError()", "exc"},
      {"ValueError", "call class"},
  };

  for (const auto& [expression, words] : cases) {
    CAPTURE(expression);
    CHECK(flagsOf(python, expression) == words);
    CHECK(flagsOf(python, expression) == words);  // as remembered
  }
  python.run("pending = coroutine()");
  CHECK(flagsOf(python, "pending") == "await");
  python.run("pending.close()");
}

TEST_CASE("kernel/type-flags: special methods of Python classes count, also one alone") {
  TestInterpreter python;
  python.run(
      "class Deletes:\n  def __delitem__(self, key): pass\n"
      "class Counts:\n  def __getitem__(self, index): raise IndexError\n"
      "class Refuses:\n  __iter__ = None\n  __contains__ = None\n  def __getitem__(self, index): "
      "pass\n");

  CHECK(flagsOf(python, "Deletes()") == "set");
  CHECK(flagsOf(python, "Counts()") == "get iter");
  CHECK(flagsOf(python, "Refuses()") == "get");
}

TEST_CASE("kernel/type-flags: a type that changes is looked at again") {
  TestInterpreter python;
  python.run("class Base: pass\nclass Grows(Base): pass\nit = Grows()");
  CHECK(flagsOf(python, "it") == "");

  python.run("Grows.__len__ = lambda self: 0");
  CHECK(flagsOf(python, "it") == "len");
  python.run("Base.__call__ = lambda self: 0");
  CHECK(flagsOf(python, "it") == "call len");
  python.run("del Grows.__len__");
  CHECK(flagsOf(python, "it") == "call");
}

TEST_CASE("kernel/type-flags: being registered as a Sequence is seen, also later") {
  TestInterpreter python;
  python.run(
      "import collections.abc\n"
      "class Row:\n"
      "  def __len__(self): return 0\n"
      "  def __getitem__(self, index): raise IndexError\n"
      "  def __contains__(self, item): return False\n");
  CHECK(flagsOf(python, "Row()") == "len get has iter");

  python.run("collections.abc.Sequence.register(Row)");

  CHECK(flagsOf(python, "Row()") == "len get has iter seq");
}

TEST_CASE(
    "kernel/type-flags: type names are bare for Python's classes, qualified for C's (PX-type)") {
  TestInterpreter python;
  python.run("import collections, pathlib, types\nclass Outer:\n  class Inner: pass");

  CHECK(nameOf(python, "[]") == "list");
  CHECK(nameOf(python, "collections.deque()") == "collections.deque");
  CHECK(nameOf(python, "types.SimpleNamespace()") == "types.SimpleNamespace");
  CHECK(nameOf(python, "pathlib.PurePosixPath()") == "PurePosixPath");
  CHECK(nameOf(python, "collections.Counter()") == "Counter");
  CHECK(nameOf(python, "Outer.Inner()") == "Inner");
  CHECK(nameOf(python, "Outer") == "type");
}
