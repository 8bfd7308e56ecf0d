#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernel/base/py-ref.h"

namespace krait {

/// The `str` objects of short texts that came from the client lately: names and keys come again and
/// again, and the one that is kept has its hash computed. A table without chains, so that what is
/// not used any more is soon replaced. The GIL must be held for every call.
class ShortTexts {
 public:
  static constexpr size_t kMaxBytes = 24;

  /// The `str` of at most `kMaxBytes` Latin-1 bytes, borrowed until the next call; null with a
  /// Python error set when memory is short.
  PyObject* find(std::span<const uint8_t> latin1);
  /// As `find`, interned: for names of attributes.
  PyObject* findName(std::span<const uint8_t> latin1);

 private:
  PyRef& place(std::span<const uint8_t> latin1);

  std::array<PyRef, 512> texts_;
};

}  // namespace krait
