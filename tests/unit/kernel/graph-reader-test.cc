#include <doctest/doctest.h>

#include <random>

#include "kernel/graph-records.h"
#include "kernel/graph.h"
#include "tests/unit/support/test-kernel.h"

using krait::discardGraph;
using krait::Handle;
using krait::LastError;
using krait::PyRef;
using krait::readGraph;
using krait::RecordWriter;
using krait::writeGraph;
using krait::test::TestKernel;
using krait::test::textOf;
using krait::wire::FailureKind;
using krait::wire::GraphKind;
using krait::wire::TextEncoding;

namespace {

/// Records as a client writes them.
class Records : public RecordWriter {
 public:
  Records& begin(GraphKind kind, uint32_t count) { return head(kind), word(count), *this; }
  Records& head(GraphKind recordKind) { return kind(recordKind), *this; }
  Records& integer(double value) { return kind(GraphKind::INT), number(value), *this; }
  Records& text(std::string_view utf8) {
    kind(GraphKind::TEXT);
    word(static_cast<uint32_t>(TextEncoding::UTF8));
    bytes({reinterpret_cast<const uint8_t*>(utf8.data()), utf8.size()});
    return *this;
  }
  Records& mine(Handle handle) {
    kind(GraphKind::MINE);
    word(handle.index);
    word(handle.generation);
    word(0);
    return *this;
  }
  Records& ref(uint32_t to) { return kind(GraphKind::REF), word(to), *this; }
};

std::string reprOf(TestKernel& kernel, Records& records) {
  auto value = readGraph(records.take(), kernel.conversion);
  if (!value) FAIL(textOf(LastError().report(value.error()).message.get()));
  PyRef repr = PyRef::steal(PyObject_Repr(value->get()));
  return textOf(repr.get());
}

FailureKind refusal(TestKernel& kernel, std::vector<uint8_t> records) {
  auto value = readGraph(records, kernel.conversion);
  REQUIRE_FALSE(value);
  return value.error().kind;
}

}  // namespace

TEST_CASE("kernel/graph-reader: everything that is written is read equal") {
  TestKernel kernel;
  const char* expressions[] = {
      "[None, True, False, 0, -1, 2**53 - 1, 1.5, float('inf')]",
      "['caf\\u00e9', '\\U0001F40D', '\\ud800']",
      "[2**53, -2**53, 2**64, -2**300, 10**40]",
      "{'a': [1, 2, 3], 'b': (1.5, 2.5), 3: {'x'}, None: {}}",
      "[[], (), {}, set(), ((),), [[[]]]]",
      "[1, 2, 3]",
      "[0.5, -0.5]",
      "{1, 2, 'three'}",
      "'x' * 100000",
      "((1, (2, (3,))), [(4,)])",
  };

  for (const char* expression : expressions) {
    CAPTURE(expression);
    PyRef object = kernel.python.evaluate(expression);
    auto records = writeGraph(object.get(), -1, kernel.conversion);
    REQUIRE(records);
    auto copy = readGraph(*records, kernel.conversion);
    REQUIRE(copy);
    CHECK(PyObject_RichCompareBool(copy->get(), object.get(), Py_EQ) == 1);
    CHECK(Py_TYPE(copy->get()) == Py_TYPE(object.get()));
  }
}

TEST_CASE("kernel/graph-reader: the client's values become Python's (TC-toPy)") {
  TestKernel kernel;

  Records plain;
  plain.begin(GraphKind::OBJECT, 2).text("a").integer(1).text("b").head(GraphKind::UNDEFINED);
  CHECK(reprOf(kernel, plain) == "{'a': 1, 'b': None}");
  Records mixed;
  mixed.begin(GraphKind::LIST, 3)
      .head(GraphKind::TRUE)
      .integer(-0.0)
      .begin(GraphKind::SET, 1)
      .integer(3);
  CHECK(reprOf(kernel, mixed) == "[True, 0, {3}]");
}

TEST_CASE("kernel/graph-reader: shared and cyclic structure is reproduced (TC-toPy.shared)") {
  TestKernel kernel;
  Records records;
  records.begin(GraphKind::LIST, 3).begin(GraphKind::DICT, 1).text("up").ref(0).ref(1).ref(0);

  auto list = readGraph(records.take(), kernel.conversion);

  REQUIRE(list);
  kernel.python.set("it", list->get());
  CHECK(kernel.python.holds("it[0] is it[1] and it[0]['up'] is it and it[2] is it"));
  kernel.python.run("it.clear()");
}

TEST_CASE("kernel/graph-reader: a tuple may be shared, but not be inside itself") {
  TestKernel kernel;

  Records shared;
  shared.begin(GraphKind::LIST, 2).begin(GraphKind::TUPLE, 1).integer(5).ref(1);
  CHECK(reprOf(kernel, shared) == "[(5,), (5,)]");
  Records cyclic;
  cyclic.begin(GraphKind::TUPLE, 1).ref(0);
  CHECK(refusal(kernel, cyclic.take()) == FailureKind::PROTOCOL);
}

TEST_CASE("kernel/graph-reader: handles of both sides are resolved") {
  TestKernel kernel;
  const Handle ours = kernel.give("['ours']");
  const Handle theirs = kernel.client.introduce(4);
  Records records;
  records.begin(GraphKind::LIST, 2).mine(theirs).head(GraphKind::YOURS);
  records.word(ours.index);
  records.word(ours.generation);

  {
    auto list = readGraph(records.take(), kernel.conversion);
    REQUIRE(list);
    CHECK(kernel.client.unwrap(PyList_GET_ITEM(list->get(), 0)) == theirs);
    CHECK(PyList_GET_ITEM(list->get(), 1) == *kernel.table.find(ours));
  }

  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/graph-reader: keys that cannot be hashed are refused (TC-toPy.keys)") {
  TestKernel kernel;
  Records dict;
  dict.begin(GraphKind::DICT, 1).begin(GraphKind::LIST, 0).integer(1);
  Records set;
  set.begin(GraphKind::SET, 1).begin(GraphKind::LIST, 0);

  CHECK(readGraph(dict.take(), kernel.conversion).error().detail ==
        "Cannot use key of type PyProxy as a key to a Python dict");
  CHECK(readGraph(set.take(), kernel.conversion).error().detail ==
        "Cannot use key of type PyProxy as a key to a Python set");
  CHECK(PyErr_Occurred() == nullptr);
}

TEST_CASE("kernel/graph-reader: a failure gives back every handle, read or not") {
  TestKernel kernel;
  Records records;
  records.begin(GraphKind::LIST, 4).mine(kernel.client.introduce(1));
  records.begin(GraphKind::SET, 1).begin(GraphKind::LIST, 0);  // fails here
  records.mine(kernel.client.introduce(2)).mine(kernel.client.introduce(3));

  CHECK_FALSE(readGraph(records.take(), kernel.conversion));

  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/graph-reader: what is discarded gives back its handles") {
  TestKernel kernel;
  Records records;
  records.begin(GraphKind::LIST, 2).mine(kernel.client.introduce(1)).begin(GraphKind::DICT, 1);
  records.text("k").mine(kernel.client.introduce(2));

  discardGraph(records.take(), kernel.conversion);

  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/graph-reader: malformed records are refused") {
  TestKernel kernel;
  const auto refused = [&](Records& records) { return refusal(kernel, records.take()); };

  Records empty;
  CHECK(refused(empty) == FailureKind::PROTOCOL);
  Records unknown;
  unknown.word(99);
  CHECK(refused(unknown) == FailureKind::PROTOCOL);
  Records wide;
  wide.word(1 << 16);
  CHECK(refused(wide) == FailureKind::PROTOCOL);
  Records tooMany;
  tooMany.begin(GraphKind::LIST, UINT32_MAX);
  CHECK(refused(tooMany) == FailureKind::PROTOCOL);
  Records tooManyNumbers;
  tooManyNumbers.begin(GraphKind::FLOATS, 0x20000001).integer(1);
  CHECK(refused(tooManyNumbers) == FailureKind::PROTOCOL);
  Records more;
  more.integer(1).integer(2);
  CHECK(refused(more) == FailureKind::PROTOCOL);
  Records forward;
  forward.begin(GraphKind::LIST, 1).ref(1);
  CHECK(refused(forward) == FailureKind::PROTOCOL);
  Records key;
  key.begin(GraphKind::OBJECT, 1).integer(1).integer(2);
  CHECK(refused(key) == FailureKind::PROTOCOL);
  Records fraction;
  fraction.integer(0.5);
  CHECK(refused(fraction) == FailureKind::PROTOCOL);
  Records stale;
  stale.head(GraphKind::YOURS).word(9);
  stale.word(9);
  CHECK(refused(stale) == FailureKind::STALE_HANDLE);
}

TEST_CASE("kernel/graph-reader: no bytes whatever crash it or leave a handle") {
  TestKernel kernel;
  PyRef object = kernel.python.evaluate(
      "[1, 2.5, 'text', {'k': [1, 2], 3: (None, True)}, {5}, b'bytes', 2**90, [0.5, 1.5]]");
  const auto whole = *writeGraph(object.get(), -1, kernel.conversion);
  std::mt19937 random(7);

  for (size_t length = 0; length < whole.size(); length++) {
    CHECK_FALSE(readGraph(std::span(whole).first(length), kernel.conversion));
  }
  for (int i = 0; i < 20000; i++) {
    auto broken = whole;
    for (int flips = 0; flips < 3; flips++) {
      broken[random() % broken.size()] = static_cast<uint8_t>(random() % 22);
    }
    auto value = readGraph(broken, kernel.conversion);
    CHECK(PyErr_Occurred() == nullptr);
  }
}

TEST_CASE("kernel/graph-reader: depth of nesting has no limit") {
  TestKernel kernel;
  Records records;
  for (int i = 0; i < 100000; i++) records.begin(GraphKind::LIST, 1);
  records.head(GraphKind::NONE);

  CHECK(readGraph(records.take(), kernel.conversion));
}
