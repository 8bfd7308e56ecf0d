#include <cstdlib>

#include "proxy/in-page/memory.h"

namespace krait {

namespace {

constexpr uint64_t kPageBytes = 65536;
constexpr size_t kAlignment = 16;

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

void Memory::free(uint32_t address) { std::free(at(address)); }

}  // namespace krait
