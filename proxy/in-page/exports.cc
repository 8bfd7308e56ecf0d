#include "proxy/in-page/exports.h"

#include <new>

#include "proxy/in-page/kernel.h"
#include "proxy/in-page/stack-pointer.h"

krait::InPageKernel& krait::theKernel() {
  static auto* const kernel = new InPageKernel;
  return *kernel;
}

using krait::theKernel;

namespace {

/// Apart, so that what it keeps in linear memory lies on the stack that `krait_run` moved to.
[[gnu::noinline]] uint32_t runHere(krait::Handle callable, uint32_t outer) {
  return theKernel().run(callable, outer);
}

}  // namespace

extern "C" {

[[gnu::used, gnu::visibility("default")]] uint32_t krait_dispatch(uint32_t op, uint32_t index,
                                                                  uint32_t generation,
                                                                  uint32_t frame,
                                                                  uint32_t positional,
                                                                  uint32_t keywords) {
  return theKernel().dispatch(static_cast<krait::wire::Op>(op), {index, generation}, frame,
                              positional, keywords);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_dispatch_kept(uint32_t op, uint32_t index,
                                                                       uint32_t generation,
                                                                       uint32_t frame,
                                                                       uint32_t positional,
                                                                       uint32_t keywords) {
  return theKernel().dispatchKept(static_cast<krait::wire::Op>(op), {index, generation}, frame,
                                  positional, keywords);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_name(uint32_t frame) {
  return theKernel().quick().nameIn(frame);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_call(uint32_t index, uint32_t generation,
                                                              uint32_t frame, uint32_t count) {
  return theKernel().quick().call({index, generation}, frame, count);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_get_attr(uint32_t index,
                                                                  uint32_t generation,
                                                                  uint32_t frame, uint32_t name,
                                                                  uint32_t knownIndex,
                                                                  uint32_t knownGeneration) {
  return theKernel().quick().getAttr({index, generation}, frame, name,
                                     {knownIndex, knownGeneration});
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_set_attr(uint32_t index,
                                                                  uint32_t generation,
                                                                  uint32_t frame, uint32_t name) {
  return theKernel().quick().setAttr({index, generation}, frame, name);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_get_item(uint32_t index,
                                                                  uint32_t generation,
                                                                  uint32_t frame) {
  return theKernel().quick().getItem({index, generation}, frame);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_set_item(uint32_t index,
                                                                  uint32_t generation,
                                                                  uint32_t frame) {
  return theKernel().quick().setItem({index, generation}, frame);
}

[[gnu::used, gnu::visibility("default")]] void krait_release(uint32_t index, uint32_t generation,
                                                             uint32_t count) {
  theKernel().release({index, generation}, count);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_start(uint32_t frame, uint32_t count) {
  return theKernel().start(frame, count);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_refresh(uint32_t frame, uint32_t count) {
  return theKernel().refresh(frame, count);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_frames() {
  return theKernel().frames().words();
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_alloc(uint32_t byteLength) {
  return theKernel().memory().allocateArguments(byteLength);
}

[[gnu::used, gnu::visibility("default")]] void krait_free(uint32_t address) {
  theKernel().memory().free(address);
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_open_stack() {
  return theKernel().stacks().open();
}

/// Keeps nothing in linear memory: when it ends, what was below the former pointer may be another
/// call's.
[[gnu::used, gnu::visibility("default")]] void krait_run(uint32_t stack, uint32_t index,
                                                         uint32_t generation) {
  const uint32_t outer = krait::stackPointer();
  krait::moveStackPointer(stack);
  krait::moveStackPointer(runHere({index, generation}, outer));
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_stacks_in_use() {
  return static_cast<uint32_t>(theKernel().stacks().inUse());
}

}  // extern "C"
