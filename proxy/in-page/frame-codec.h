#pragma once

#include "kernel/values.h"
#include "proxy/in-page/frame-stack.h"

namespace krait {

/// Reads the slot that it stands on. A slot whose address, length or encoding cannot be right has
/// the tag `kMalformed`, which no conversion knows, so that it ends as a `protocol` failure.
class SlotReader final : public ValueReader {
 public:
  static constexpr auto kMalformed = static_cast<wire::ValueTag>(0xffff);

  explicit SlotReader(const Memory& memory) : memory_(memory) {}
  void stand(const Slot& slot);

  wire::ValueTag tag() const override { return tag_; }
  bool boolean() const override { return slot_.aux != 0; }
  double number() const override { return slot_.number(); }
  std::span<const uint8_t> bigInt() const override { return bytes(); }
  TextView text() const override;
  std::span<const uint8_t> blob() const override { return bytes(); }
  Handle handle() const override { return slot_.handle(); }
  uint32_t typeFlags() const override { return slot_.aux; }

 private:
  bool isSound() const;
  std::span<const uint8_t> bytes() const;

  const Memory& memory_;
  Slot slot_;
  wire::ValueTag tag_ = wire::ValueTag::ABSENT;
};

/// The values of a frame. Slots are copied out before they are looked at, since JavaScript can
/// write them.
class FrameReader final : public ArgumentReader {
 public:
  /// `frame` and `count` were checked by `FrameStack::holds`.
  FrameReader(const FrameStack& stack, uint32_t frame, uint32_t count)
      : stack_(stack), frame_(frame), count_(count), reader_(stack.memory()) {}

  uint32_t size() const override { return count_; }
  const ValueReader& at(uint32_t position) const override;

 private:
  const FrameStack& stack_;
  uint32_t frame_;
  uint32_t count_;
  mutable SlotReader reader_;
};

/// Writes one slot. Short bytes go behind the frame on the stack, long ones to `spilled`.
class SlotWriter final : public ValueWriter {
 public:
  /// Longer bytes than this would leave too little of the stack for nested calls.
  static constexpr uint32_t kMaxStackBytes = 4096;

  SlotWriter(FrameStack& stack, SpilledBytes& spilled) : stack_(stack), spilled_(spilled) {}
  void stand(uint32_t frame, uint32_t position);

  void none() override { store(Slot::of(wire::ValueTag::NONE)); }
  void jsNull() override { store(Slot::of(wire::ValueTag::JS_NULL)); }
  void boolean(bool value) override { store(Slot::of(wire::ValueTag::BOOL, value)); }
  void integer(double safeInteger) override;
  void number(double value) override;
  bool bigInt(std::span<const uint8_t> twosComplement) override;
  bool text(TextView value) override;
  bool blob(std::span<const uint8_t> bytes) override;
  bool graph(std::span<const uint8_t> records) override;
  void yours(Handle handle) override;
  void mine(Handle handle, uint32_t typeFlags) override;

  /// As `graph`, for records that outlive the frame: in WebAssembly the slot points to the records
  /// themselves, so that it cannot fail.
  bool graphInPlace(std::span<const uint8_t> records);

 private:
  void store(const Slot& slot) { stack_.store(frame_, position_, slot); }
  bool storeBytes(wire::ValueTag tag, std::span<const uint8_t> bytes, uint32_t hi = 0);

  FrameStack& stack_;
  SpilledBytes& spilled_;
  uint32_t frame_ = 0;
  uint32_t position_ = 0;
};

/// Writes the values of a frame in order.
class FrameWriter final : public ArgumentWriter {
 public:
  /// `frame` has room for `capacity` slots, of which `written` are left as they are.
  FrameWriter(FrameStack& stack, SpilledBytes& spilled, uint32_t frame, uint32_t capacity,
              uint32_t written = 0)
      : frame_(frame), capacity_(capacity), written_(written), writer_(stack, spilled) {}

  SlotWriter* next() override;

 private:
  uint32_t frame_;
  uint32_t capacity_;
  uint32_t written_;
  SlotWriter writer_;
};

}  // namespace krait
