#pragma once

#include <cstdint>

namespace krait {

/// What the process of the kernel, or its WebAssembly memory, takes.
struct MemoryUsage {
  uint64_t totalBytes;  ///< Of WebAssembly memory; of a process, what is resident.
  uint64_t usedBytes;   ///< Handed out by the C allocator, from which Python takes its own.
};

MemoryUsage memoryUsage();

}  // namespace krait
