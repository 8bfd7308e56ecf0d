#pragma once

#include <cstdint>
#include <vector>

namespace krait {

/// From the address of an object to a number, by identity. Open addressing with linear probing: one
/// probe touches one cache line, and nothing is allocated an entry. Keeps no reference: the owner
/// makes sure that keys stay alive.
class IdentityMap {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  /// The number of `key`, or `kAbsent`.
  uint32_t find(const void* key) const;
  /// Adds `key`, which is not null and not in the map, with a number other than `kAbsent`.
  void insert(const void* key, uint32_t number);
  /// Removes `key` when it is in the map.
  void erase(const void* key);
  void clear();
  uint32_t size() const { return size_; }

 private:
  struct Slot {
    const void* key = nullptr;  // null: free
    uint32_t number = 0;
  };

  size_t homeOf(const void* key) const;
  size_t after(size_t position) const { return (position + 1) & (slots_.size() - 1); }
  void place(Slot slot);
  void grow();

  std::vector<Slot> slots_;  // a power of two, never more than three quarters full
  uint32_t size_ = 0;
  uint32_t shift_ = 63;  // 64 - log2 of the number of slots
};

}  // namespace krait
