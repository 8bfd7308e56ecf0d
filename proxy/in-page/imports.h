#pragma once

#include <cstdint>

/// What the kernel asks of JavaScript (ARCHITECTURE.md, "The in-page ABI"). In WebAssembly
/// `library.js` sends these to `Module.kraitClient`; unit tests define them. They never throw.
extern "C" {
uint32_t krait_client_ask(uint32_t op, uint32_t index, uint32_t generation, uint32_t frame,
                          uint32_t positional, uint32_t keywords);
void krait_client_release(uint32_t index, uint32_t generation, uint32_t count);
void krait_client_schedule(uint32_t index, uint32_t generation, double delayMs);
}
