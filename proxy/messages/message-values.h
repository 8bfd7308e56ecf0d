#pragma once

#include <vector>

#include "kernel/values.h"

namespace krait {

/// A value of a message, checked and taken out of it; the bytes stay in the packet.
struct MessageValue {
  /// A value that cannot be right, or that a later version knows. No conversion knows it, so that
  /// it ends as a `protocol` failure of its call.
  static constexpr auto kMalformed = static_cast<wire::ValueTag>(0xffff);
  /// The result of an earlier call, `handle.index` is its id; it is replaced before the value is
  /// read.
  static constexpr auto kAnswer = static_cast<wire::ValueTag>(0xfffe);

  wire::ValueTag tag = wire::ValueTag::ABSENT;
  bool boolean = false;
  wire::TextEncoding encoding = wire::TextEncoding::UTF8;
  double number = 0;
  std::span<const uint8_t> bytes = {};
  Handle handle = {};
  uint32_t typeFlags = 0;
};

/// Reads the value that it stands on.
class MessageValueReader final : public ValueReader {
 public:
  MessageValueReader() = default;
  explicit MessageValueReader(const MessageValue& value) : value_(&value) {}
  void stand(const MessageValue& value) { value_ = &value; }

  wire::ValueTag tag() const override { return value_->tag; }
  bool boolean() const override { return value_->boolean; }
  double number() const override { return value_->number; }
  std::span<const uint8_t> bigInt() const override { return value_->bytes; }
  TextView text() const override {
    return {value_->encoding, value_->bytes.data(), static_cast<uint32_t>(value_->bytes.size())};
  }
  std::span<const uint8_t> blob() const override { return value_->bytes; }
  Handle handle() const override { return value_->handle; }
  uint32_t typeFlags() const override { return value_->typeFlags; }

 private:
  const MessageValue* value_ = nullptr;
};

/// The arguments of a call that came as a message.
class MessageArguments final : public ArgumentReader {
 public:
  explicit MessageArguments(const std::vector<MessageValue>& values) : values_(values) {}

  uint32_t size() const override { return static_cast<uint32_t>(values_.size()); }
  const ValueReader& at(uint32_t position) const override {
    static const MessageValue kAbsent;
    reader_.stand(position < values_.size() ? values_[position] : kAbsent);
    return reader_;
  }

 private:
  const std::vector<MessageValue>& values_;
  mutable MessageValueReader reader_;
};

}  // namespace krait
