#include <doctest/doctest.h>

#include <cstring>

#include "kernel/graph-records.h"
#include "kernel/graph.h"
#include "tests/unit/support/test-kernel.h"

using krait::Error;
using krait::Handle;
using krait::LastError;
using krait::PyRef;
using krait::Record;
using krait::RecordReader;
using krait::withdrawGraph;
using krait::writeGraph;
using krait::test::Recorded;
using krait::test::RecordedReader;
using krait::test::TestKernel;
using krait::test::textOf;
using krait::wire::FailureKind;
using krait::wire::GraphKind;

namespace {

std::vector<uint8_t> written(TestKernel& kernel, PyObject* object, int depth = -1) {
  auto records = writeGraph(object, depth, kernel.conversion);
  if (!records) FAIL(textOf(LastError().report(records.error()).message.get()));
  return *records;
}

std::vector<uint8_t> written(TestKernel& kernel, const std::string& expression, int depth = -1) {
  return written(kernel, kernel.python.evaluate(expression).get(), depth);
}

/// The kinds of the records, one letter each, and the numbers of references.
std::string shapeOf(const std::vector<uint8_t>& bytes) {
  static const char letters[] = "-nuftiFBTYMrltsdobID";
  std::string shape;
  RecordReader reader(bytes);
  while (const auto record = reader.next()) {
    shape += letters[static_cast<size_t>(record->kind)];
    if (record->kind == GraphKind::REF) shape += std::to_string(record->words[0]);
  }
  CHECK(reader.isAtEnd());
  return shape;
}

/// The type and text of the exception that writing ends with.
std::string refusal(TestKernel& kernel, const std::string& expression) {
  auto records = writeGraph(kernel.python.evaluate(expression).get(), -1, kernel.conversion);
  REQUIRE_FALSE(records);
  Error error = records.error();
  REQUIRE(error.exception);
  PyRef text = PyRef::steal(PyObject_Str(error.exception.get()));
  return error.detail + ": " + textOf(text.get());
}

}  // namespace

TEST_CASE("kernel/graph-writer: each kind of value has its record (TC-toJs)") {
  TestKernel kernel;

  CHECK(shapeOf(written(kernel, "[None, True, False, 1, 1.5, 2**70, 'text', 1]")) == "l-tfiFBTi");
  CHECK(shapeOf(written(kernel, "([], (), {}, set(), {'k': 1}, {2})")) == "tltdsdTisi");
  CHECK(shapeOf(written(kernel, "5")) == "i");
  CHECK(shapeOf(written(kernel, "b'ab'")) == "b");
}

TEST_CASE("kernel/graph-writer: lists of ints only, or of floats only, are one run") {
  TestKernel kernel;

  CHECK(shapeOf(written(kernel, "[1, -2, 2**53 - 1]")) == "I");
  CHECK(shapeOf(written(kernel, "[1.0, float('nan')]")) == "D");
  CHECK(shapeOf(written(kernel, "[1, 2.0]")) == "liF");
  CHECK(shapeOf(written(kernel, "[1, 2**53]")) == "liB");
  CHECK(shapeOf(written(kernel, "[1, True]")) == "lit");
  CHECK(shapeOf(written(kernel, "[[1, 2], [3, 4], [1.5]]")) == "lIID");
}

TEST_CASE("kernel/graph-writer: subclasses are converted as their base, dicts by their items()") {
  TestKernel kernel;
  kernel.python.run(
      "import collections, enum\n"
      "Point = collections.namedtuple('Point', 'x y')\n"
      "class Names(list): pass\n"
      "class Upper(dict):\n  def items(self): return [(k.upper(), v) for k, v in super().items()]\n"
      "class Bad(dict):\n  def items(self): return [1]\n");

  CHECK(shapeOf(written(kernel, "Point(1, 'a')")) == "tiT");
  CHECK(shapeOf(written(kernel, "Names('ab')")) == "lTT");
  const auto upper = written(kernel, "Upper(a=1)");
  CHECK(kernel.reprOf(Recorded::graph(upper)) == "{'A': 1}");
  CHECK(shapeOf(written(kernel, "collections.OrderedDict(b=1, a=2)")) == "dTiTi");
  CHECK(refusal(kernel, "Bad()").starts_with("TypeError"));
}

TEST_CASE(
    "kernel/graph-writer: shared and cyclic containers are told by reference (TC-toJs.shared)") {
  TestKernel kernel;
  kernel.python.run(
      "shared = [None]\nloop = [shared]\nloop.append(loop)\nnamed = {}\nnamed['me'] = named");

  CHECK(shapeOf(written(kernel, "[shared, shared]")) == "ll-r1");
  CHECK(shapeOf(written(kernel, "loop")) == "ll-r0");
  CHECK(shapeOf(written(kernel, "named")) == "dTr0");
  kernel.python.run("data, ints = b'ab', [1]");
  CHECK(shapeOf(written(kernel, "[data, ints, data, ints]")) == "lbIr1r2");
  kernel.python.run("loop.clear()\nnamed.clear()");
}

TEST_CASE("kernel/graph-writer: depth counts container levels (TC-toJs.depth)") {
  TestKernel kernel;
  const auto shapeAt = [&](int depth) {
    const auto records = written(kernel, "[[{'k': [None]}], 1]", depth);
    withdrawGraph(records, kernel.conversion);
    return shapeOf(records);
  };

  CHECK(shapeAt(0) == "M");
  CHECK(shapeAt(1) == "lMi");
  CHECK(shapeAt(2) == "llMi");
  CHECK(shapeAt(3) == "lldTMi");
  CHECK(shapeAt(-1) == "lldTl-i");
}

TEST_CASE("kernel/graph-writer: what has no conversion is exported, each time it appears") {
  TestKernel kernel;
  kernel.python.run("thing = object()");

  const auto records = written(kernel, "[thing, frozenset(), thing]");

  CHECK(shapeOf(records) == "lMMM");
  CHECK(kernel.table.size() == 2);
  withdrawGraph(records, kernel.conversion);
  CHECK(kernel.table.size() == 0);
}

TEST_CASE("kernel/graph-writer: the client's objects and jsnull go home") {
  TestKernel kernel;
  PyRef theirs = *kernel.client.wrap(kernel.client.introduce(3), 0);
  kernel.python.set("theirs", theirs.get());
  kernel.python.set("null", kernel.client.jsNull().get());

  std::vector<PyRef> alive;
  PyRef list = kernel.python.evaluate("[theirs, null, {null: 1}]");
  auto records = writeGraph(list.get(), -1, kernel.conversion, &alive);

  CHECK(shapeOf(*records) == "lYndni");
  CHECK(alive.size() == 1);
}

TEST_CASE(
    "kernel/graph-writer: keys and members that are not immutable values are refused "
    "(TC-toJs.keys)") {
  TestKernel kernel;

  CHECK(refusal(kernel, "{(1, 2): 3}") ==
        "ConversionError: Cannot use (1, 2) as a key for a Javascript Map");
  CHECK(refusal(kernel, "[{b'x'}]") ==
        "ConversionError: Cannot use b'x' as a key for a Javascript Set");
  CHECK(shapeOf(written(kernel, "{None: 1, True: 2, 1.5: 3, 7: 4, 2**80: 5}")) == "d-itiFiiiBi");
}

TEST_CASE("kernel/graph-writer: a failure leaves nothing exported") {
  TestKernel kernel;

  CHECK_FALSE(writeGraph(kernel.python.evaluate("[object(), object(), {(): 1}]").get(), -1,
                         kernel.conversion));

  CHECK(kernel.table.size() == 0);
}

TEST_CASE("kernel/graph-writer: code that changes a container meanwhile is an error") {
  TestKernel kernel;
  kernel.python.run(
      "victim = []\n"
      "class Meddles(dict):\n  def items(self):\n    victim.clear()\n    return []\n"
      "victim[:] = ['a', Meddles(), 'b']\n"
      "table = {}\n"
      "class Adds(dict):\n  def items(self):\n    table['new'] = 1\n    return []\n"
      "table.update(a=Adds(), b=1)\n");

  CHECK(refusal(kernel, "victim") == "RuntimeError: container changed size during conversion");
  CHECK(refusal(kernel, "table") == "RuntimeError: container changed size during conversion");
}

TEST_CASE("kernel/graph-writer: depth of nesting has no limit") {
  TestKernel kernel;
  kernel.python.run("deep = []\nfor _ in range(100000): deep = [deep]");

  const auto records = written(kernel, "deep");

  CHECK(records.size() == 100001 * 8);
  kernel.python.run("del deep");
}
