#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "proxy/in-page/memory.h"
#include "proxy/in-page/slots.h"

namespace krait {

/// The region that call frames of both halves are taken from, as a stack. Its state is three words
/// that JavaScript writes too, so that nothing in them is believed without a check.
class FrameStack {
 public:
  static constexpr uint32_t kStackBytes = 256u << 10;

  explicit FrameStack(Memory& memory);
  ~FrameStack();
  FrameStack(const FrameStack&) = delete;
  FrameStack& operator=(const FrameStack&) = delete;

  Memory& memory() const { return memory_; }
  /// Address of the words `top`, `limit`, `base`.
  uint32_t words() const { return words_; }

  /// Whether `slots` slots at `frame` lie in the used part of the stack and are aligned.
  bool holds(uint32_t frame, uint64_t slots) const {
    return frame >= base_ && frame % sizeof(Slot) == 0 && frame + slots * sizeof(Slot) <= top();
  }
  /// Takes `byteLength` bytes at the top, 16-aligned; 0 when they do not fit.
  uint32_t push(uint64_t byteLength);
  uint32_t top() const {
    uint32_t top;
    std::memcpy(&top, memory_.at(words_), sizeof top);
    return std::clamp(top, base_, limit_);
  }
  void setTop(uint32_t top) { std::memcpy(memory_.at(words_), &top, sizeof top); }

  Slot load(uint32_t frame, uint32_t position) const {
    Slot slot;
    std::memcpy(&slot, memory_.at(frame) + size_t{position} * sizeof slot, sizeof slot);
    return slot;
  }
  void store(uint32_t frame, uint32_t position, const Slot& slot) {
    std::memcpy(memory_.at(frame) + size_t{position} * sizeof slot, &slot, sizeof slot);
  }

 private:
  Memory& memory_;
  uint32_t words_;
  uint32_t base_;
  uint32_t limit_;
};

/// Bytes that slots point to and that are kept outside the stack, freed together.
class SpilledBytes {
 public:
  explicit SpilledBytes(Memory& memory) : memory_(&memory) {}
  SpilledBytes(SpilledBytes&& other) noexcept = default;
  SpilledBytes(const SpilledBytes&) = delete;
  SpilledBytes& operator=(const SpilledBytes&) = delete;
  ~SpilledBytes() { clear(); }

  /// 0 when memory is short.
  uint32_t allocate(uint32_t byteLength);
  void clear();

 private:
  Memory* memory_;
  std::vector<uint32_t> addresses_;
};

/// Takes a frame with room for `slots` slots, and puts the stack back as it was.
class Frame {
 public:
  Frame(FrameStack& stack, uint64_t slots);
  ~Frame() { stack_.setTop(top_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// 0 when the stack is full.
  uint32_t address() const { return address_; }
  /// Room for what the slots point to, good while the frame lives.
  SpilledBytes& spilled() { return spilled_; }

 private:
  FrameStack& stack_;
  uint32_t top_;
  uint32_t address_;
  SpilledBytes spilled_;
};

}  // namespace krait
