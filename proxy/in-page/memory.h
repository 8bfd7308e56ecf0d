#pragma once

#include <cstdint>
#include <map>

#include "kernel/blocks.h"

namespace krait {

/// The memory that both halves of the in-page carrier see, by 32-bit addresses. 0 is never a valid
/// address. In WebAssembly it is the module's own memory; the native build, where there is no other
/// half but a test, has an arena.
class Memory : public Blocks {
 public:
  Memory();
  ~Memory() override;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// Whether the `byteLength` bytes at `address` lie in the memory.
  bool holds(uint32_t address, uint64_t byteLength) const {
    return address != 0 && address + byteLength <= size();
  }
  /// The byte at an address that was checked by `holds`.
  uint8_t* at(uint32_t address) const;
  /// The address of bytes that both halves see; 0 for bytes elsewhere (native only).
  uint32_t addressOf(const void* bytes) const;

  /// 16-aligned bytes, or 0 when there is no room.
  uint32_t allocate(uint32_t byteLength);
  /// As `allocate`, for arguments of one call, which Python may take.
  uint32_t allocateArguments(uint32_t byteLength);
  /// Frees what `allocate` gave, unless it was taken meanwhile. 0 is ignored.
  void free(uint32_t address);
  /// Of what `allocateArguments` gave, the long ones; natively none.
  std::span<uint8_t> take(std::span<const uint8_t> bytes) override;

 private:
  uint64_t size() const;

  class Arena;
  Arena* arena_ = nullptr;  // owned; native only
  // By address: the byte lengths of long arguments, and how often each is still to be freed that
  // was taken. Python may have freed one, and the next be in its place, before the client frees it.
  std::map<uint32_t, uint32_t> long_;
  std::map<uint32_t, uint32_t> taken_;
};

}  // namespace krait
