#pragma once

#include <cstdint>
#include <span>

namespace krait {

/// Whether two secrets are the same. Takes as long for any two of one length, so that time tells
/// nothing of the right one.
inline bool isSameSecret(std::span<const uint8_t> left, std::span<const uint8_t> right) {
  if (left.size() != right.size()) return false;
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < left.size(); i++) difference = difference | (left[i] ^ right[i]);
  return difference == 0;
}

}  // namespace krait
