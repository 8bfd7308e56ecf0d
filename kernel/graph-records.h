#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "vocabulary.capnp.h"

namespace krait {

/// Longest graph that is written, in bytes: what a signed 32-bit length can say.
constexpr size_t kMaxGraphBytes = INT32_MAX;

/// Appends records of GraphKind (see vocabulary.capnp). What passes the limit is left out and
/// `isFull` says so.
class RecordWriter {
 public:
  void kind(wire::GraphKind kind) { word(static_cast<uint32_t>(kind)); }
  void word(uint32_t value) { append(&value, sizeof value); }
  void number(double value) { append(&value, sizeof value); }
  /// Byte length, bytes, and zeros up to a whole word.
  void bytes(std::span<const uint8_t> value) {
    word(static_cast<uint32_t>(value.size()));
    append(value.data(), value.size());
    const uint8_t zeros[3] = {};
    append(zeros, (4 - value.size() % 4) % 4);
  }

  /// Room for float64s that the caller fills in at once; null when the limit is passed.
  uint8_t* numbers(size_t count) {
    const size_t size = count * sizeof(double);
    if (isFull_ || size > kMaxGraphBytes - bytes_.size()) {
      isFull_ = true;
      return nullptr;
    }
    bytes_.resize(bytes_.size() + size);
    return bytes_.data() + bytes_.size() - size;
  }

  size_t size() const { return bytes_.size(); }
  bool isFull() const { return isFull_; }
  /// Takes back what was written since the size was `size`.
  void rewind(size_t size) { bytes_.resize(size); }
  std::vector<uint8_t> take() { return std::move(bytes_); }

 private:
  void append(const void* data, size_t size) {
    if (isFull_ || size > kMaxGraphBytes - bytes_.size()) {
      isFull_ = true;
      return;
    }
    const auto* first = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  std::vector<uint8_t> bytes_;
  bool isFull_ = false;
};

/// One record, as far as it is flat: of a container only the head.
struct Record {
  wire::GraphKind kind = wire::GraphKind::NONE;
  uint32_t words[3] =
      {};             // in the order of the vocabulary: a count, a handle, a number, a format ...
  double number = 0;  // int, float
  std::span<const uint8_t> bytes;  // bigInt, text, buffer; ints and floats: their float64s
};

/// Takes records apart one after the other. Every length and count is checked against the bytes
/// that are left.
class RecordReader {
 public:
  explicit RecordReader(std::span<const uint8_t> records) : rest_(records) {}

  bool isAtEnd() const { return rest_.empty(); }
  /// The next record; empty when it is malformed.
  std::optional<Record> next();

 private:
  bool read(void* value, size_t size);
  bool body(Record& record);
  bool words(Record& record, size_t count);
  bool bytes(Record& record);
  bool numbers(Record& record);
  /// A count of elements that take at least `least` bytes each.
  bool count(Record& record, size_t least);

  std::span<const uint8_t> rest_;
};

}  // namespace krait
