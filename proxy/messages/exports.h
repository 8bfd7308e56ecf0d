#pragma once

#include <cstdint>

/// What JavaScript calls of a kernel that serves a channel (ARCHITECTURE.md, "Messages"). The
/// results are ChannelStates.
extern "C" {
void krait_serve_channel();
uint32_t krait_receive(void* packet, uint32_t byteLength);
void krait_run_scheduled(uint32_t index, uint32_t generation);
}
