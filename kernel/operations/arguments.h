#pragma once

#include "kernel/conversion.h"
#include "kernel/values.h"

namespace krait {

/// The arguments of one request, read once each and in order. What an operation does not read is
/// given back to the client, so that no handle stays counted (ARCHITECTURE.md, invariant 3).
class Arguments {
 public:
  Arguments(const ArgumentReader& reader, uint32_t keywordCount, Conversion& conversion)
      : reader_(reader), conversion_(conversion), keywordCount_(keywordCount) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments();

  /// Whether keyword values and names fit behind the positional arguments.
  bool isWellFormed() const { return keywordCount_ <= reader_.size() / 2; }
  uint32_t keywordCount() const { return keywordCount_; }
  /// Positional arguments that were not read yet.
  uint32_t positionalLeft() const;

  /// The next argument as a Python object. Fails with `protocol` when there is none, or as
  /// Conversion::read does.
  Result<PyRef> next();
  /// As `next`; empty when the argument was not given.
  Result<PyRef> optional();
  /// The next argument, which must be text, as an interned `str`.
  Result<PyRef> name();
  /// The next argument, which must be an int that an int32_t holds.
  Result<int32_t> integer();

 private:
  const ArgumentReader& reader_;
  Conversion& conversion_;
  uint32_t keywordCount_;
  uint32_t position_ = 0;
};

}  // namespace krait
