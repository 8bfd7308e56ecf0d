#include "kernel/graph-buffer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "kernel/graph.h"
#include "tests/unit/support/test-kernel.h"

using krait::Blocks;
using krait::formatLetter;
using krait::LastError;
using krait::PyRef;
using krait::readGraph;
using krait::RecordWriter;
using krait::writeGraph;
using krait::test::TestKernel;
using krait::test::textOf;
using krait::wire::FailureKind;
using krait::wire::GraphKind;

namespace {

/// What an expression becomes after a deep copy to the client and back, with memoryviews as lists.
std::string copied(TestKernel& kernel, const std::string& expression) {
  auto records = writeGraph(kernel.python.evaluate(expression).get(), -1, kernel.conversion);
  if (!records) return textOf(LastError().report(records.error()).typeName.get());
  auto copy = readGraph(*records, kernel.conversion);
  REQUIRE(copy);
  kernel.python.set("copy", copy->get());
  PyRef repr = kernel.python.evaluate("repr(shown(copy))");
  return textOf(repr.get());
}

void defineShown(TestKernel& kernel) {
  kernel.python.run(
      "import array, ctypes\n"
      "def shown(value):\n"
      "  if isinstance(value, memoryview): return (value.format, value.tolist())\n"
      "  return [shown(item) for item in value]\n");
}

/// Records in a block of Python's memory, which the test frees when nobody took it.
class OneBlock : public Blocks {
 public:
  explicit OneBlock(const std::vector<uint8_t>& records, size_t spare = 1)
      : records_(records.size()),
        block_(static_cast<uint8_t*>(PyObject_Malloc(records.size() + spare)),
               records.size() + spare) {
    std::copy(records.begin(), records.end(), block_.begin());
  }
  /// A buffer of the letters from a on; its record has 16 bytes before them.
  explicit OneBlock(size_t byteLength, size_t spare = 1) : OneBlock(letters(byteLength), spare) {}
  OneBlock(const OneBlock&) = delete;
  OneBlock& operator=(const OneBlock&) = delete;
  ~OneBlock() override {
    if (!isTaken_) PyObject_Free(block_.data());
  }

  std::span<uint8_t> take(std::span<const uint8_t> bytes) override {
    if (bytes.data() + bytes.size() >= block_.data() + block_.size()) return {};
    isTaken_ = true;
    return block_;
  }
  std::span<const uint8_t> records() const { return block_.first(records_); }
  bool isTaken() const { return isTaken_; }

 private:
  static std::vector<uint8_t> letters(size_t byteLength) {
    RecordWriter records;
    records.kind(GraphKind::BUFFER);
    records.word('B');
    records.word(1);
    std::vector<uint8_t> bytes(byteLength - 16);
    std::iota(bytes.begin(), bytes.end(), 'a');
    records.bytes(bytes);
    return records.take();
  }

  size_t records_;
  std::span<uint8_t> block_;
  bool isTaken_ = false;
};

}  // namespace

TEST_CASE("kernel/graph-buffer: one dimension is copied by its format (TC-toJs.buffer)") {
  TestKernel kernel;
  defineShown(kernel);

  CHECK(copied(kernel, "b'ab'") == "('B', [97, 98])");
  CHECK(copied(kernel, "b''") == "('B', [])");
  CHECK(copied(kernel, "array.array('h', [1, -2])") == "('h', [1, -2])");
  CHECK(copied(kernel, "array.array('d', [0.5])") == "('d', [0.5])");
  CHECK(copied(kernel, "array.array('q', [-2**40])") == "('q', [-1099511627776])");
  CHECK(copied(kernel, "memoryview(array.array('i', range(6)))[1::2]") == "('i', [1, 3, 5])");
  CHECK(copied(kernel, "memoryview(b'abc')[::-1]") == "('B', [99, 98, 97])");
  CHECK(copied(kernel, "memoryview(b'\\1\\0').cast('?')") == "('?', [True, False])");
}

TEST_CASE(
    "kernel/graph-buffer: letters of the machine's sizes become those of fixed sizes (NB-int32)") {
  CHECK(formatLetter("l", 4) == 'i');
  CHECK(formatLetter("L", 4) == 'I');
  CHECK(formatLetter("l", 8) == 'q');
  CHECK(formatLetter("@n", 8) == 'q');
  CHECK(formatLetter("P", 8) == 'Q');
  CHECK(formatLetter("<d", 8) == 'd');
  CHECK(formatLetter(nullptr, 1) == 'B');
  CHECK(formatLetter("e", 2) == 0);
  CHECK(formatLetter("2d", 8) == 0);
  CHECK(formatLetter("", 1) == 0);
  CHECK(formatLetter("<", 1) == 0);
}

TEST_CASE("kernel/graph-buffer: more dimensions are nested lists, no dimension is one item") {
  TestKernel kernel;
  defineShown(kernel);

  CHECK(copied(kernel, "memoryview(bytes(range(6))).cast('B', (2, 3))") ==
        "[('B', [0, 1, 2]), ('B', [3, 4, 5])]");
  CHECK(copied(kernel, "memoryview(bytes(8)).cast('B', (2, 2, 2))") ==
        "[[('B', [0, 0]), ('B', [0, 0])], [('B', [0, 0]), ('B', [0, 0])]]");
  CHECK(copied(kernel, "ctypes.c_double(2.5)") == "('d', [2.5])");
}

TEST_CASE("kernel/graph-buffer: big-endian items are turned") {
  TestKernel kernel;
  defineShown(kernel);

  CHECK(copied(kernel, "(ctypes.c_int32.__ctype_be__ * 2)(1, -2)") == "('i', [1, -2])");
}

TEST_CASE("kernel/graph-buffer: formats without a typed array are a ConversionError") {
  TestKernel kernel;
  defineShown(kernel);

  CHECK(copied(kernel, "memoryview(bytes(4)).cast('e')") == "ConversionError");
  kernel.python.run("class Pair(ctypes.Structure):\n  _fields_ = [('a', ctypes.c_int)]");
  CHECK(copied(kernel, "Pair(1)") == "ConversionError");
}

TEST_CASE("kernel/graph-buffer: a copy from the client is a writable memoryview (TC-toPy.buffer)") {
  TestKernel kernel;
  RecordWriter records;
  records.kind(GraphKind::BUFFER);
  records.word('h');
  records.word(2);
  const uint8_t bytes[] = {1, 0, 2, 0};
  records.bytes(bytes);

  auto view = readGraph(records.take(), kernel.conversion);

  REQUIRE(view);
  kernel.python.set("view", view->get());
  CHECK(kernel.python.holds("type(view) is memoryview and view.tolist() == [1, 2]"));
  CHECK(kernel.python.holds("not view.readonly and view.format == 'h'"));
}

TEST_CASE("kernel/graph-buffer: what ends a block of the client's stays where it is") {
  TestKernel kernel;
  OneBlock block(16 + 4);
  kernel.conversion.setBlocks(&block);

  auto view = readGraph(block.records(), kernel.conversion);

  REQUIRE(view);
  CHECK(block.isTaken());
  CHECK(PyMemoryView_GET_BUFFER(view->get())->buf == block.records().data() + 16);
  kernel.python.set("view", view->get());
  CHECK(kernel.python.holds("view.tobytes() == b'abcd'"));
  view = PyRef();
  kernel.python.run(
      "array = view.obj\nview.release()\ndel view\narray += bytes(1000)\narray[:2] = b''");
  CHECK(kernel.python.holds("array == b'cd' + bytes(1000)"));
}

TEST_CASE("kernel/graph-buffer: it is copied where no byte is left behind it, or more follows") {
  TestKernel kernel;
  OneBlock full(16 + 4, 0);
  kernel.conversion.setBlocks(&full);
  CHECK(readGraph(full.records(), kernel.conversion));
  CHECK_FALSE(full.isTaken());

  RecordWriter records;
  records.kind(GraphKind::LIST);
  records.word(2);
  for (int i = 0; i < 2; i++) {
    records.kind(GraphKind::BUFFER);
    records.word('B');
    records.word(1);
    records.bytes(std::vector<uint8_t>(4, 'x'));
  }
  OneBlock pair(records.take());
  kernel.conversion.setBlocks(&pair);
  auto list = readGraph(pair.records(), kernel.conversion);
  REQUIRE(list);
  kernel.python.set("list", list->get());
  CHECK(kernel.python.holds("[bytes(view) for view in list] == [b'xxxx'] * 2"));
}

TEST_CASE("kernel/graph-buffer: a format, size and length that do not fit are refused") {
  TestKernel kernel;
  const struct {
    uint32_t letter, itemSize;
    size_t byteLength;
  } cases[] = {{'h', 2, 3}, {'h', 4, 4}, {'z', 1, 1}, {0, 1, 1}, {'B', 0, 0}, {'B' + 256, 1, 1}};

  for (const auto& [letter, itemSize, byteLength] : cases) {
    RecordWriter records;
    records.kind(GraphKind::BUFFER);
    records.word(letter);
    records.word(itemSize);
    records.bytes(std::vector<uint8_t>(byteLength));
    CHECK(readGraph(records.take(), kernel.conversion).error().kind == FailureKind::PROTOCOL);
  }
}
