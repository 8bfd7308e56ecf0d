#include <emscripten/stack.h>

#include "proxy/in-page/stack-pointer.h"

// Emscripten's own, behind its JavaScript function `stackRestore`.
extern "C" void _emscripten_stack_restore(uint32_t address);

namespace krait {

uint32_t stackPointer() { return static_cast<uint32_t>(emscripten_stack_get_current()); }

void moveStackPointer(uint32_t address) { _emscripten_stack_restore(address); }

}  // namespace krait
