#pragma once

#include <cstdint>

namespace krait {

/// The pointer to the C stack in linear memory, which WebAssembly's own stack does not include. A
/// function that moves it may keep nothing there that it uses afterwards, except through what the
/// compiler took the address of before. Native code has the one stack of its thread: moving does
/// nothing.
uint32_t stackPointer();
void moveStackPointer(uint32_t address);

}  // namespace krait
