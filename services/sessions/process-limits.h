#pragma once

#include <cstdint>

namespace krait::sessions {

/// What one kernel process may use of its host; 0 is no limit.
struct ProcessLimits {
  uint64_t memoryBytes = 0;  // of address space: Python gets MemoryError beyond
  uint64_t cpuSeconds = 0;   // then the process is ended
  uint64_t files = 0;        // open at once: Python gets OSError beyond
};

/// Sets the limits of this process and its children. False when the system refuses.
bool apply(const ProcessLimits& limits);

}  // namespace krait::sessions
