#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "kernel/memory-usage.h"

namespace krait {

MemoryUsage memoryUsage() {
  uint64_t allPages = 0;
  uint64_t residentPages = 0;
  std::ifstream("/proc/self/statm") >> allPages >> residentPages;
  const struct mallinfo2 heap = mallinfo2();
  return {.totalBytes = residentPages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)),
          .usedBytes = heap.uordblks + heap.hblkhd};
}

}  // namespace krait
