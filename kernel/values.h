#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/handle.h"
#include "vocabulary.capnp.h"

namespace krait {

/// Text as it crosses: `data` holds `byteLength` bytes in `encoding`, unterminated. Never owned.
struct TextView {
  wire::TextEncoding encoding = wire::TextEncoding::UTF8;
  const void* data = nullptr;
  uint32_t byteLength = 0;
};

/// One value that the other side sent. The conversions are written against this, so that a call
/// frame in memory and a Cap'n Proto message share every rule. A getter is legal only for its tag;
/// each reads checked memory.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  virtual wire::ValueTag tag() const = 0;
  virtual bool boolean() const = 0;                     // bool
  virtual double number() const = 0;                    // int (a safe integer), float
  virtual std::span<const uint8_t> bigInt() const = 0;  // bigInt
  virtual TextView text() const = 0;                    // text
  virtual std::span<const uint8_t> blob() const = 0;    // blob, graph
  virtual Handle handle() const = 0;                    // yours, mine
  virtual uint32_t typeFlags() const = 0;               // mine: bits of TypeFlag
};

/// The values of one call. The reader that `at` returns is good until the next `at`.
class ArgumentReader {
 public:
  virtual ~ArgumentReader() = default;
  virtual uint32_t size() const = 0;
  virtual const ValueReader& at(uint32_t position) const = 0;
};

/// Takes one value for the other side. Exactly one method is called per value; what a view points
/// to is copied before the method returns. `false` means that the value passed a limit of the
/// carrier and was not taken: another one, such as the failure that tells of it, takes its place.
class ValueWriter {
 public:
  virtual ~ValueWriter() = default;
  virtual void none() = 0;
  virtual void jsNull() = 0;
  virtual void boolean(bool value) = 0;
  virtual void integer(double safeInteger) = 0;
  virtual void number(double value) = 0;
  [[nodiscard]] virtual bool bigInt(std::span<const uint8_t> twosComplement) = 0;
  [[nodiscard]] virtual bool text(TextView value) = 0;
  [[nodiscard]] virtual bool blob(std::span<const uint8_t> bytes) = 0;
  [[nodiscard]] virtual bool graph(std::span<const uint8_t> records) = 0;
  virtual void yours(Handle handle) = 0;
  virtual void mine(Handle handle, uint32_t typeFlags) = 0;
};

/// Takes the values of one call or answer, in order.
class ArgumentWriter {
 public:
  virtual ~ArgumentWriter() = default;
  /// The writer for the next value, good until the next `next`; null when the carrier takes no
  /// more.
  virtual ValueWriter* next() = 0;
};

}  // namespace krait
