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
/// Questions with a short way (QuickClient); what they answer is as of QuickCalls.
/// `krait_client_is_quick` says whether there are any (0: no). A name is text in slot 0, and kept
/// under the number (0: no room for it).
uint32_t krait_client_is_quick();
uint32_t krait_client_name(uint32_t number, uint32_t frame);
/// With `isBound` slot 0 is `this`.
uint32_t krait_client_call(uint32_t index, uint32_t generation, uint32_t frame, uint32_t count,
                           uint32_t isBound);
uint32_t krait_client_get(uint32_t index, uint32_t generation, uint32_t frame, uint32_t name);
uint32_t krait_client_set(uint32_t index, uint32_t generation, uint32_t frame, uint32_t name);
uint32_t krait_client_item(uint32_t index, uint32_t generation, uint32_t frame, int32_t position);
uint32_t krait_client_next(uint32_t index, uint32_t generation, uint32_t frame);
void krait_client_release(uint32_t index, uint32_t generation, uint32_t count);
void krait_client_schedule(uint32_t index, uint32_t generation, double delayMs);
uint32_t krait_client_switches();
void krait_client_suspend(uint32_t wait);
void krait_client_wake(uint32_t wait);
/// A scheduled call has failed: the frame's slots say how, as those of a failed dispatch.
void krait_client_failed(uint32_t frame);
}
