#include "proxy/in-page/frame-stack.h"

#include <doctest/doctest.h>

#include <cstring>

using krait::Frame;
using krait::FrameStack;
using krait::Memory;

namespace {

/// The words as JavaScript sees them.
struct Words {
  uint32_t top, limit, base;
};

Words wordsOf(const Memory& memory, const FrameStack& stack) {
  Words words;
  std::memcpy(&words, memory.at(stack.words()), sizeof words);
  return words;
}

}  // namespace

TEST_CASE("proxy/in-page/frame-stack: frames are aligned, apart, and given back in order") {
  Memory memory;
  FrameStack stack(memory);
  const uint32_t top = stack.top();
  {
    Frame outer(stack, 5);
    CHECK(stack.push(3) == outer.address() + 5 * 16);
    Frame inner(stack, 1);
    CHECK(inner.address() % 16 == 0);
    CHECK(inner.address() >= outer.address() + 5 * 16 + 3);
    CHECK(stack.top() == inner.address() + 4 * 16);
  }
  CHECK(stack.top() == top);
}

TEST_CASE("proxy/in-page/frame-stack: JavaScript reads where the stack is and ends") {
  Memory memory;
  FrameStack stack(memory);

  const Words words = wordsOf(memory, stack);

  CHECK(words.top == words.base);
  CHECK(words.limit - words.base == FrameStack::kStackBytes);
}

TEST_CASE("proxy/in-page/frame-stack: a full stack gives no frame and keeps its top") {
  Memory memory;
  FrameStack stack(memory);
  const uint32_t top = stack.top();

  Frame frame(stack, FrameStack::kStackBytes / 16 + 1);

  CHECK(frame.address() == 0);
  CHECK(stack.top() == top);
}

TEST_CASE("proxy/in-page/frame-stack: a forged top stays within the stack") {
  Memory memory;
  FrameStack stack(memory);
  const Words words = wordsOf(memory, stack);

  for (uint32_t forged : {0u, 1u, words.base - 1, words.limit + 1, 0xffffffffu}) {
    stack.setTop(forged);
    CHECK(stack.top() >= words.base);
    CHECK(stack.top() <= words.limit);
  }
}

TEST_CASE("proxy/in-page/frame-stack: only aligned slots of the used part are frames") {
  Memory memory;
  FrameStack stack(memory);
  Frame frame(stack, 4);

  CHECK(stack.holds(frame.address(), 4));
  CHECK_FALSE(stack.holds(frame.address(), 5));
  CHECK_FALSE(stack.holds(frame.address() + 4, 1));
  CHECK_FALSE(stack.holds(frame.address() - 16, 1));
  CHECK_FALSE(stack.holds(0, 1));
  CHECK_FALSE(stack.holds(0xfffffff0, 1));
  CHECK_FALSE(stack.holds(frame.address(), 0xffffffffull * 3));
}
