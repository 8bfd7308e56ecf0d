#include <cstddef>
#include <map>
#include <vector>

#include "proxy/in-page/memory.h"

namespace krait {

namespace {

constexpr uint32_t kArenaBytes = 16u << 20;
constexpr uint32_t kAlignment = 16;

struct alignas(kAlignment) Block {
  std::byte bytes[kAlignment];
};

}  // namespace

/// First fit in a fixed run of blocks.
class Memory::Arena {
 public:
  uint8_t* start() { return reinterpret_cast<uint8_t*>(blocks_.data()); }

  uint32_t allocate(uint32_t byteLength) {
    const uint64_t wanted = (uint64_t{byteLength} + kAlignment) & ~uint64_t{kAlignment - 1};
    uint64_t address = kAlignment;
    for (const auto& [begin, length] : taken_) {
      if (begin - address >= wanted) break;
      address = uint64_t{begin} + length;
    }
    if (address + wanted > kArenaBytes) return 0;
    taken_.emplace(static_cast<uint32_t>(address), static_cast<uint32_t>(wanted));
    return static_cast<uint32_t>(address);
  }

  void free(uint32_t address) { taken_.erase(address); }

 private:
  std::vector<Block> blocks_ = std::vector<Block>(kArenaBytes / kAlignment);
  std::map<uint32_t, uint32_t> taken_;  // address, byte length
};

Memory::Memory() : arena_(new Arena) {}
Memory::~Memory() { delete arena_; }

uint64_t Memory::size() const { return kArenaBytes; }

uint8_t* Memory::at(uint32_t address) const { return arena_->start() + address; }

uint32_t Memory::addressOf(const void* bytes) const {
  const auto start = reinterpret_cast<uintptr_t>(arena_->start());
  const auto address = reinterpret_cast<uintptr_t>(bytes);
  const bool isInside = address >= start && address < start + kArenaBytes;
  return isInside ? static_cast<uint32_t>(address - start) : 0;
}

uint32_t Memory::allocate(uint32_t byteLength) { return arena_->allocate(byteLength); }

uint32_t Memory::allocateArguments(uint32_t byteLength) { return allocate(byteLength); }

void Memory::free(uint32_t address) { arena_->free(address); }

std::span<uint8_t> Memory::take(std::span<const uint8_t>) { return {}; }

}  // namespace krait
