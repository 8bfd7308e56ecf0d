#pragma once

#include <cstdint>
#include <span>

namespace krait {

/// Memory that clients put long arguments in, and that Python may keep.
class Blocks {
 public:
  virtual ~Blocks() = default;
  /// The block in which `bytes` lie, with room for a byte behind them. From now on it is the
  /// caller's, who frees it with `PyObject_Free`. Empty when it is not to be had.
  virtual std::span<uint8_t> take(std::span<const uint8_t> bytes) = 0;
};

}  // namespace krait
