#pragma once

#include <cstdint>

namespace krait {

/// Stands for an object on the other side. All zero is never issued.
struct Handle {
  uint32_t index = 0;
  uint32_t generation = 0;

  friend bool operator==(const Handle&, const Handle&) = default;
};

}  // namespace krait
