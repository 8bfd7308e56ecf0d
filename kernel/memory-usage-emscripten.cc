#include <emscripten/heap.h>
#include <malloc.h>

#include "kernel/memory-usage.h"

namespace krait {

MemoryUsage memoryUsage() {
  const struct mallinfo heap = mallinfo();
  return {.totalBytes = emscripten_get_heap_size(),
          .usedBytes = static_cast<uint32_t>(heap.uordblks)};
}

}  // namespace krait
