#pragma once

#include <deque>
#include <string>
#include <vector>

#include "kernel/values.h"

namespace krait::test {

/// One value of the border, kept in memory: what a carrier would carry.
struct Recorded {
  wire::ValueTag tag = wire::ValueTag::ABSENT;
  bool boolean = false;
  double number = 0;
  wire::TextEncoding encoding = wire::TextEncoding::UTF8;
  std::vector<uint8_t> bytes = {};
  Handle handle = {};
  uint32_t typeFlags = 0;

  std::string text() const { return {bytes.begin(), bytes.end()}; }

  static Recorded none() { return {.tag = wire::ValueTag::NONE}; }
  static Recorded undefined() { return {.tag = wire::ValueTag::UNDEFINED}; }
  static Recorded null() { return {.tag = wire::ValueTag::JS_NULL}; }
  static Recorded absent() { return {}; }
  static Recorded of(bool value) { return {.tag = wire::ValueTag::BOOL, .boolean = value}; }
  static Recorded of(int value) {
    return {.tag = wire::ValueTag::INT, .number = static_cast<double>(value)};
  }
  static Recorded integer(double value) { return {.tag = wire::ValueTag::INT, .number = value}; }
  static Recorded of(double value) { return {.tag = wire::ValueTag::FLOAT, .number = value}; }
  static Recorded of(std::string_view utf8) {
    return {.tag = wire::ValueTag::TEXT, .bytes = {utf8.begin(), utf8.end()}};
  }
  static Recorded of(const char* utf8) { return of(std::string_view(utf8)); }
  static Recorded bigInt(std::vector<uint8_t> bytes) {
    return {.tag = wire::ValueTag::BIG_INT, .bytes = std::move(bytes)};
  }
  static Recorded blob(std::vector<uint8_t> bytes) {
    return {.tag = wire::ValueTag::BLOB, .bytes = std::move(bytes)};
  }
  static Recorded graph(std::vector<uint8_t> bytes) {
    return {.tag = wire::ValueTag::GRAPH, .bytes = std::move(bytes)};
  }
  static Recorded yours(Handle handle) { return {.tag = wire::ValueTag::YOURS, .handle = handle}; }
  static Recorded mine(Handle handle, uint32_t typeFlags = 0) {
    return {.tag = wire::ValueTag::MINE, .handle = handle, .typeFlags = typeFlags};
  }
};

class RecordedReader : public ValueReader {
 public:
  explicit RecordedReader(const Recorded& value) : value_(&value) {}
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
  const Recorded* value_;
};

class RecordedArguments : public ArgumentReader {
 public:
  explicit RecordedArguments(std::vector<Recorded> values) : values_(std::move(values)) {}
  uint32_t size() const override { return static_cast<uint32_t>(values_.size()); }
  const ValueReader& at(uint32_t position) const override {
    reader_ = RecordedReader(values_[position]);
    return reader_;
  }

 private:
  std::vector<Recorded> values_;
  Recorded unread_;
  mutable RecordedReader reader_{unread_};
};

/// Keeps one value. Refuses bytes beyond `maxBytes`, as a carrier with a limit does.
class RecordingWriter : public ValueWriter {
 public:
  explicit RecordingWriter(Recorded& value, size_t maxBytes = SIZE_MAX)
      : value_(value), maxBytes_(maxBytes) {}
  void none() override { take(Recorded::none()); }
  void jsNull() override { take(Recorded::null()); }
  void boolean(bool value) override { take(Recorded::of(value)); }
  void integer(double safeInteger) override { take(Recorded::integer(safeInteger)); }
  void number(double value) override { take(Recorded::of(value)); }
  bool bigInt(std::span<const uint8_t> bytes) override {
    return take(Recorded::bigInt({bytes.begin(), bytes.end()}));
  }
  bool text(TextView value) override {
    const auto* first = static_cast<const uint8_t*>(value.data);
    return take({.tag = wire::ValueTag::TEXT,
                 .encoding = value.encoding,
                 .bytes = {first, first + value.byteLength}});
  }
  bool blob(std::span<const uint8_t> bytes) override {
    return take(Recorded::blob({bytes.begin(), bytes.end()}));
  }
  bool graph(std::span<const uint8_t> records) override {
    return take(Recorded::graph({records.begin(), records.end()}));
  }
  void yours(Handle handle) override { take(Recorded::yours(handle)); }
  void mine(Handle handle, uint32_t typeFlags) override { take(Recorded::mine(handle, typeFlags)); }
  /// How many values were taken: one, when the promise of ValueWriter is kept.
  int taken() const { return taken_; }

 private:
  bool take(Recorded value) {
    if (value.bytes.size() > maxBytes_) return false;
    value_ = std::move(value);
    taken_++;
    return true;
  }

  Recorded& value_;
  size_t maxBytes_;
  int taken_ = 0;
};

class RecordingReply : public ArgumentWriter {
 public:
  explicit RecordingReply(size_t maxBytes = SIZE_MAX) : maxBytes_(maxBytes) {}
  ValueWriter* next() override {
    values_.emplace_back();
    return &writers_.emplace_back(values_.back(), maxBytes_);
  }
  const std::deque<Recorded>& values() const { return values_; }
  /// Whether each value was written exactly once.
  bool isWhole() const {
    for (const auto& writer : writers_) {
      if (writer.taken() != 1) return false;
    }
    return true;
  }

 private:
  size_t maxBytes_;
  std::deque<Recorded> values_;
  std::deque<RecordingWriter> writers_;
};

}  // namespace krait::test
