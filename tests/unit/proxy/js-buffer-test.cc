#include <doctest/doctest.h>

#include <cstring>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::GraphKind;
using krait::wire::Op;
using krait::wire::TypeFlag;

namespace {

constexpr uint32_t kBuffer = bit(TypeFlag::BUFFER);
constexpr uint32_t kTyped = kBuffer | bit(TypeFlag::JS_TYPED_ARRAY);

/// Object 1 as a buffer of six bytes, 1 to 6, with items of two.
void showBuffer(TestPage& page, uint32_t flags) {
  page.show("b", 1, flags);
  page.on(Op::TO_NATIVE, [](const Asked&) {
    const uint32_t head[] = {static_cast<uint32_t>(GraphKind::BUFFER), 'h', 2, 6};
    std::vector<uint8_t> records(sizeof head);
    std::memcpy(records.data(), head, sizeof head);
    for (uint8_t byte : {1, 2, 3, 4, 5, 6, 0, 0}) records.push_back(byte);
    return Recorded::graph(records);
  });
  page.on(Op::GET_ATTR, [](const Asked& asked) {
    return Recorded::of(asked.values[0].text() == "byteLength" ? 6 : 2);
  });
  page.on(Op::FROM_GRAPH, [&](const Asked&) { return page.object(2, kTyped); });
  page.on(Op::PUT_BUFFER, [](const Asked&) { return Recorded::none(); });
}

}  // namespace

TEST_CASE("proxy/js-buffer: copies are bytes, or a memoryview of the buffer's format") {
  TestPage page;
  showBuffer(page, kTyped);

  CHECK(page.python.holds("b.to_bytes() == bytes(range(1, 7))"));
  CHECK(page.python.holds("b.to_memoryview().format == 'h' and len(b.to_memoryview()) == 3"));
}

TEST_CASE("proxy/js-buffer: assign sends the bytes of a buffer of equal length") {
  TestPage page;
  showBuffer(page, kTyped);

  page.python.run("import array\nb.assign(array.array('H', [7, 8, 9]))");

  CHECK(page.last().op == Op::PUT_BUFFER);
  CHECK(page.last().values[0].number == 0);
  CHECK(page.last().values[1].handle.index == 2);
  CHECK(page.raised("b.assign(bytes(5))") ==
        "ValueError: cannot assign to TypedArray of length 6 from buffer of length 5");
  CHECK(page.raised("b.assign(bytes(6))") ==
        "ValueError: TypedArray and memorybuffer have incompatible formats");
  CHECK(page.raised("b.assign(memoryview(bytes(12))[::2])").starts_with("BufferError"));
  CHECK(page.raised("b.assign(1)").starts_with("TypeError"));
}

TEST_CASE("proxy/js-buffer: assign_to fills a writable buffer of equal length") {
  TestPage page;
  showBuffer(page, kTyped);

  page.python.run("import array\na = array.array('h', [0, 0, 0])\nb.assign_to(a)");

  CHECK(page.python.holds("a.tobytes() == bytes(range(1, 7))"));
  CHECK(page.raised("b.assign_to(bytearray(7))") ==
        "ValueError: cannot assign from TypedArray of length 6 to buffer of length 7");
  CHECK(page.raised("b.assign_to(bytearray(6))") ==
        "ValueError: TypedArray and memorybuffer have incompatible formats");
  CHECK(page.raised("b.assign_to(bytes(6))").starts_with("BufferError"));
}

TEST_CASE("proxy/js-buffer: an ArrayBuffer takes items of any size") {
  TestPage page;
  showBuffer(page, kBuffer);

  page.python.run("b.assign(bytes(6))\na = bytearray(6)\nb.assign_to(a)");

  CHECK(page.python.holds("a == bytes(range(1, 7))"));
}

TEST_CASE("proxy/js-buffer: to_string is decoded by JavaScript") {
  TestPage page;
  page.show("b", 1, kBuffer);
  page.on(Op::STR, [](const Asked& asked) {
    return asked.values[0].tag == krait::wire::ValueTag::NONE ? Recorded::of("text")
                                                              : Recorded::null();
  });

  CHECK(page.python.holds("b.to_string() == 'text'"));
  CHECK(page.raised("b.to_string('latin1')").starts_with("ValueError"));
  CHECK(page.raised("b.to_string(encoding=1)").starts_with("TypeError"));
}

TEST_CASE("proxy/js-buffer: files are read and written at their position") {
  TestPage page;
  showBuffer(page, kTyped);

  page.python.run(
      "import tempfile, os\n"
      "f = tempfile.TemporaryFile(buffering=0)\n"
      "b.to_file(f)\n"
      "b._into_file(f)\n"
      "f.seek(0)\n"
      "content = f.read()\n"
      "f.seek(6)\n"
      "b.from_file(f)\n"
      "at = f.tell()\n"
      "f.close()\n");

  CHECK(page.python.holds("content == bytes(range(1, 7)) * 2 and at == 12"));
  CHECK(page.last().op == Op::PUT_BUFFER);
}
