#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdlib>

#include "proxy/in-page/memory.h"

namespace krait {

namespace {

constexpr uint64_t kPageBytes = 65536;
constexpr size_t kAlignment = 16;
/// To copy fewer bytes costs less than what else Python would keep with them.
constexpr uint32_t kLongBytes = 1 << 15;

/// Whether `PyObject_Free` is `free` for what `malloc` gave: not with hooks that look into blocks.
bool pythonFreesAnything() {
  PyMemAllocatorEx allocator;
  PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &allocator);
  return allocator.ctx == nullptr;
}

}  // namespace

Memory::Memory() = default;
Memory::~Memory() = default;

uint64_t Memory::size() const { return __builtin_wasm_memory_size(0) * kPageBytes; }

uint8_t* Memory::at(uint32_t address) const { return reinterpret_cast<uint8_t*>(address); }

uint32_t Memory::addressOf(const void* bytes) const { return reinterpret_cast<uint32_t>(bytes); }

uint32_t Memory::allocate(uint32_t byteLength) {
  void* bytes = nullptr;
  const int failed = posix_memalign(&bytes, kAlignment, byteLength);
  return failed ? 0 : addressOf(bytes);
}

uint32_t Memory::allocateArguments(uint32_t byteLength) {
  const uint32_t address = allocate(byteLength);
  if (address != 0 && byteLength >= kLongBytes) long_[address] = byteLength;
  return address;
}

void Memory::free(uint32_t address) {
  const auto taken = taken_.find(address);
  if (taken != taken_.end()) {
    if (--taken->second == 0) taken_.erase(taken);
    return;
  }
  long_.erase(address);
  std::free(at(address));
}

std::span<uint8_t> Memory::take(std::span<const uint8_t> bytes) {
  if (bytes.size() < kLongBytes || !pythonFreesAnything()) return {};
  const uint32_t start = addressOf(bytes.data());
  const auto behind = long_.upper_bound(start);
  if (behind == long_.begin()) return {};
  const auto [address, byteLength] = *std::prev(behind);
  if (start + bytes.size() >= address + byteLength) return {};
  long_.erase(address);
  taken_[address]++;
  return {at(address), byteLength};
}

}  // namespace krait
