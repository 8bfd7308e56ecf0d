#include "kernel/identity-map.h"

#include <bit>

namespace krait {

size_t IdentityMap::homeOf(const void* key) const {
  // Fibonacci hashing: the upper bits of the product depend on all bits of the address.
  return static_cast<size_t>((reinterpret_cast<uintptr_t>(key) * 0x9E3779B97F4A7C15ull) >> shift_);
}

uint32_t IdentityMap::find(const void* key) const {
  if (slots_.empty()) return kAbsent;
  for (size_t at = homeOf(key); slots_[at].key != nullptr; at = after(at)) {
    if (slots_[at].key == key) return slots_[at].number;
  }
  return kAbsent;
}

void IdentityMap::insert(const void* key, uint32_t number) {
  if ((size_ + 1) * 4ull > slots_.size() * 3ull) grow();
  place({key, number});
  size_++;
}

void IdentityMap::erase(const void* key) {
  if (slots_.empty()) return;
  size_t hole = homeOf(key);
  while (slots_[hole].key != key) {
    if (slots_[hole].key == nullptr) return;
    hole = after(hole);
  }
  // Entries behind the hole move up when their probe passed over it, so that no marks of removal
  // are needed.
  const size_t mask = slots_.size() - 1;
  for (size_t at = after(hole); slots_[at].key != nullptr; at = after(at)) {
    const size_t probed = (at - homeOf(slots_[at].key)) & mask;
    if (probed < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  size_--;
}

void IdentityMap::clear() {
  slots_.clear();
  size_ = 0;
}

void IdentityMap::place(Slot slot) {
  size_t at = homeOf(slot.key);
  while (slots_[at].key != nullptr) at = after(at);
  slots_[at] = slot;
}

void IdentityMap::grow() {
  std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
  old.swap(slots_);
  shift_ = static_cast<uint32_t>(std::countl_zero(uint64_t{slots_.size()})) + 1;
  for (const Slot& slot : old) {
    if (slot.key != nullptr) place(slot);
  }
}

}  // namespace krait
