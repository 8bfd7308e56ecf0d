#include "proxy/in-page/frame-stack.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace krait {

namespace {

constexpr uint32_t kAlignment = sizeof(Slot);

/// Order of the words that JavaScript reads at `krait_frames()`.
enum Word : uint32_t { kTop, kLimit, kBase, kWordCount };

uint64_t aligned(uint64_t address) {
  return (address + kAlignment - 1) & ~uint64_t{kAlignment - 1};
}

}  // namespace

FrameStack::FrameStack(Memory& memory)
    : memory_(memory), words_(memory.allocate(kAlignment + kStackBytes)) {
  if (words_ == 0) std::abort();  // nothing can be asked or answered without it
  base_ = words_ + kAlignment;
  limit_ = base_ + kStackBytes;
  const uint32_t words[kWordCount] = {base_, limit_, base_};
  std::memcpy(memory_.at(words_), words, sizeof words);
}

FrameStack::~FrameStack() { memory_.free(words_); }

uint32_t FrameStack::push(uint64_t byteLength) {
  const uint64_t address = aligned(top());
  if (address + byteLength > limit_) return 0;
  setTop(static_cast<uint32_t>(address + byteLength));
  return static_cast<uint32_t>(address);
}

uint32_t SpilledBytes::allocate(uint32_t byteLength) {
  const uint32_t address = memory_->allocate(byteLength);
  if (address != 0) addresses_.push_back(address);
  return address;
}

void SpilledBytes::clear() {
  for (uint32_t address : addresses_) memory_->free(address);
  addresses_.clear();
}

Frame::Frame(FrameStack& stack, uint64_t slots)
    : stack_(stack),
      top_(stack.top()),
      address_(stack.push(std::max<uint64_t>(slots, kMinSlots) * sizeof(Slot))),
      spilled_(stack.memory()) {}

}  // namespace krait
