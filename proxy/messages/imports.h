#pragma once

#include <cstdint>

/// What a kernel that serves a channel asks of JavaScript (ARCHITECTURE.md, "Messages"). In
/// WebAssembly `library.js` sends these to `Module.kraitChannel`. They never throw.
extern "C" {
uint32_t krait_channel_send(const void* packet, uint32_t byteLength, uint32_t lane);
void* krait_channel_receive(uint32_t* byteLength, double timeoutMs);
void krait_channel_schedule(uint32_t index, uint32_t generation, double delayMs);
void krait_channel_close();
}
