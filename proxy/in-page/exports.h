#pragma once

#include <cstdint>

/// What JavaScript calls (ARCHITECTURE.md, "The in-page ABI"). Everything that comes in is checked;
/// a Status that the vocabulary does not have means that the frame itself was none. They serve the
/// one kernel of the module.
extern "C" {
uint32_t krait_dispatch(uint32_t op, uint32_t index, uint32_t generation, uint32_t frame,
                        uint32_t positional, uint32_t keywords);
uint32_t krait_dispatch_kept(uint32_t op, uint32_t index, uint32_t generation, uint32_t frame,
                             uint32_t positional, uint32_t keywords);
/// Quick calls: see QuickCalls, also for what they answer.
uint32_t krait_name(uint32_t frame);
uint32_t krait_call(uint32_t index, uint32_t generation, uint32_t frame, uint32_t count);
uint32_t krait_get_attr(uint32_t index, uint32_t generation, uint32_t frame, uint32_t name,
                        uint32_t knownIndex, uint32_t knownGeneration);
uint32_t krait_set_attr(uint32_t index, uint32_t generation, uint32_t frame, uint32_t name);
uint32_t krait_get_item(uint32_t index, uint32_t generation, uint32_t frame);
uint32_t krait_set_item(uint32_t index, uint32_t generation, uint32_t frame);
void krait_release(uint32_t index, uint32_t generation, uint32_t count);
uint32_t krait_start(uint32_t frame, uint32_t count);
uint32_t krait_refresh(uint32_t frame, uint32_t count);
uint32_t krait_frames();
uint32_t krait_alloc(uint32_t byteLength);
void krait_free(uint32_t address);
uint32_t krait_open_stack();
void krait_run(uint32_t stack, uint32_t index, uint32_t generation);
uint32_t krait_stacks_in_use();
}
