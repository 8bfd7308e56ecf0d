#pragma once

#include <cstdint>

/// What the kernel asks of JavaScript (ARCHITECTURE.md, "The in-page ABI"). In WebAssembly
/// `library.js` sends these to `Module.kraitClient`; unit tests define them. They never throw.
/// `krait_client_switches` says whether WebAssembly can be suspended (0: no), then
/// `krait_client_suspend` comes back when `krait_client_wake` was called with the same number, and
/// WebAssembly that was entered through `WebAssembly.promising` is suspended meanwhile.
extern "C" {
uint32_t krait_client_ask(uint32_t op, uint32_t index, uint32_t generation, uint32_t frame,
                          uint32_t positional, uint32_t keywords);
void krait_client_release(uint32_t index, uint32_t generation, uint32_t count);
void krait_client_schedule(uint32_t index, uint32_t generation, double delayMs);
uint32_t krait_client_switches();
void krait_client_suspend(uint32_t wait);
void krait_client_wake(uint32_t wait);
/// A scheduled call has failed: the frame's slots say how, as those of a failed dispatch.
void krait_client_failed(uint32_t frame);
}
