#pragma once

#include <bit>
#include <cstdint>

#include "kernel/base/handle.h"
#include "vocabulary.capnp.h"

namespace krait {

/// One value in a call frame, as both halves lay it out (ARCHITECTURE.md, "The in-page ABI"):
/// little-endian, 16-aligned. What `aux`, `lo` and `hi` mean depends on the tag.
struct alignas(16) Slot {
  uint32_t tag = 0;  // ValueTag
  uint32_t aux = 0;
  uint32_t lo = 0;
  uint32_t hi = 0;

  double number() const { return std::bit_cast<double>(static_cast<uint64_t>(hi) << 32 | lo); }
  Handle handle() const { return {lo, hi}; }

  static Slot of(wire::ValueTag tag, uint32_t aux = 0, uint32_t lo = 0, uint32_t hi = 0) {
    return {static_cast<uint32_t>(tag), aux, lo, hi};
  }
  static Slot ofNumber(wire::ValueTag tag, double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    return of(tag, 0, static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32));
  }
};
static_assert(sizeof(Slot) == 16 && std::endian::native == std::endian::little);

/// A callee may answer with this many slots, so every frame has them.
constexpr uint32_t kMinSlots = 4;

}  // namespace krait
