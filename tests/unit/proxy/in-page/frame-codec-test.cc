#include "proxy/in-page/frame-codec.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/unit/proxy/support/test-page.h"

using krait::Frame;
using krait::FrameReader;
using krait::FrameStack;
using krait::FrameWriter;
using krait::Memory;
using krait::Slot;
using krait::SlotReader;
using krait::SlotWriter;
using krait::test::Recorded;
using krait::wire::TextEncoding;
using krait::wire::ValueTag;

namespace {

std::vector<Recorded> everyKindOfValue() {
  Recorded latin1 = Recorded::of("\xe9\xff");
  latin1.encoding = TextEncoding::LATIN1;
  Recorded utf16{.tag = ValueTag::TEXT, .encoding = TextEncoding::UTF16, .bytes = {0, 0xd8}};
  return {
      Recorded::none(),
      Recorded::null(),
      Recorded::of(true),
      Recorded::of(false),
      Recorded::of(-1),
      Recorded::integer(9007199254740991),
      Recorded::of(0.5),
      Recorded::of(-0.0),
      Recorded::of(std::numeric_limits<double>::infinity()),
      Recorded::bigInt({0}),
      Recorded::bigInt(std::vector<uint8_t>(1000, 0x7f)),
      Recorded::of(""),
      Recorded::of("text"),
      Recorded::of(std::string(SlotWriter::kMaxStackBytes + 1, 'x')),
      latin1,
      utf16,
      Recorded::blob({}),
      Recorded::blob({1, 2, 3}),
      Recorded::graph({0, 0, 0, 0}),
      Recorded::yours({1, 0xffffffff}),
      Recorded::mine({0xffffffff, 1}, 0x80000001),
  };
}

bool areSame(const Recorded& a, const Recorded& b) {
  return a.tag == b.tag && a.boolean == b.boolean && a.number == b.number &&
         std::signbit(a.number) == std::signbit(b.number) && a.encoding == b.encoding &&
         a.bytes == b.bytes && a.handle == b.handle && a.typeFlags == b.typeFlags;
}

}  // namespace

TEST_CASE("proxy/in-page/frame-codec: what is written is what is read") {
  Memory memory;
  FrameStack stack(memory);
  const auto values = everyKindOfValue();
  Frame frame(stack, values.size());

  const auto count = static_cast<uint32_t>(values.size());
  FrameWriter writer(stack, frame.spilled(), frame.address(), count);
  for (const Recorded& value : values) CHECK(krait::test::play(value, *writer.next()));

  CHECK(writer.next() == nullptr);
  const FrameReader reader(stack, frame.address(), count);
  for (uint32_t at = 0; at < count; at++) {
    CAPTURE(at);
    CHECK(areSame(krait::test::recorded(reader.at(at)), values[at]));
  }
  CHECK(reader.at(count).tag() == ValueTag::ABSENT);
}

TEST_CASE("proxy/in-page/frame-codec: long bytes leave the stack to nested calls") {
  Memory memory;
  FrameStack stack(memory);
  Frame frame(stack, 1);
  const uint32_t top = stack.top();
  FrameWriter writer(stack, frame.spilled(), frame.address(), 1);

  CHECK(writer.next()->blob(std::vector<uint8_t>(1u << 20, 1)));

  CHECK(stack.top() == top);
}

TEST_CASE("proxy/in-page/frame-codec: bytes that memory has no room for are refused") {
  Memory memory;
  FrameStack stack(memory);
  Frame frame(stack, 1);
  FrameWriter writer(stack, frame.spilled(), frame.address(), 1);
  SlotWriter* slot = writer.next();

  const uint8_t byte = 0;
  CHECK_FALSE(slot->blob({&byte, 0xfffffff0}));  // refused before anything is read

  slot->none();
  CHECK(stack.load(frame.address(), 0).tag == static_cast<uint32_t>(ValueTag::NONE));
}

TEST_CASE("proxy/in-page/frame-codec: a slot that cannot be right is malformed") {
  Memory memory;
  const uint32_t inside = memory.allocate(64);
  auto slot = [](ValueTag tag, uint32_t byteLength, uint32_t address, uint32_t hi = 0) {
    return Slot::of(tag, byteLength, address, hi);
  };
  const Slot kHostile[] = {
      {.tag = 13},
      {.tag = 0xffffffff},
      {.tag = 0x10003},
      slot(ValueTag::BLOB, 1, 0),
      slot(ValueTag::BLOB, 0xffffffff, inside),
      slot(ValueTag::BLOB, 2, 0xffffffff),
      slot(ValueTag::BLOB, 1, 0xfffffff0),
      slot(ValueTag::GRAPH, 0x80000000, 0x80000000),
      slot(ValueTag::BIG_INT, 16, 0xfffffffe),
      slot(ValueTag::TEXT, 4, 0xfffffffe),
      slot(ValueTag::TEXT, 4, inside, 3),
      slot(ValueTag::TEXT, 4, inside, 0xffffffff),
      slot(ValueTag::TEXT, 3, inside, static_cast<uint32_t>(TextEncoding::UTF16)),
      slot(ValueTag::TEXT, 2, inside + 1, static_cast<uint32_t>(TextEncoding::UTF16)),
      slot(ValueTag::TEXT, 0, 0, 7),
  };
  SlotReader reader(memory);

  for (const Slot& hostile : kHostile) {
    reader.stand(hostile);
    CHECK(reader.tag() == SlotReader::kMalformed);
  }
  reader.stand(slot(ValueTag::BLOB, 64, inside));
  CHECK(reader.blob().size() == 64);
  reader.stand(slot(ValueTag::BLOB, 0, 0xffffffff));
  CHECK(reader.blob().empty());
}

TEST_CASE("proxy/in-page/frame-codec: conversions turn a malformed slot into a protocol failure") {
  krait::test::TestPage page;
  SlotReader reader(page.kernel.memory());
  reader.stand(Slot::of(ValueTag::TEXT, 100, 0xfffffff0));

  auto value = page.kernel.conversion().read(reader);

  REQUIRE_FALSE(value);
  CHECK(value.error().kind == krait::wire::FailureKind::PROTOCOL);
}
