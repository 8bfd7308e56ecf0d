#include "proxy/in-page/kernel.h"

#include <algorithm>

#include "kernel/type-flags.h"
#include "proxy/in-page/imports.h"
#include "proxy/in-page/start-frames.h"
#include "proxy/krait-module.h"

namespace krait {

InPageKernel::InPageKernel() {
  parts_.objects.connect(client_, parts_.lastError);
  parts_.conversion.setBlocks(&memory_);
  PyImport_AppendInittab("_krait", initializeKraitModule);
}

uint32_t InPageKernel::dispatch(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                                uint32_t keywords, PyRef* kept) {
  const uint64_t count = uint64_t{positional} + 2 * uint64_t{keywords};
  if (!frames_.holds(frame, std::max<uint64_t>(count, kMinSlots))) return kNoFrame;
  if (!Py_IsInitialized()) {
    return fail(frame, {wire::FailureKind::FATAL, "Python has not been started"});
  }
  SpilledBytes& spilled = spilledAtDepth();
  depth_++;
  const FrameReader arguments(frames_, frame, static_cast<uint32_t>(count));
  FrameWriter reply(frames_, spilled, frame, kMinSlots);
  const wire::Status status = parts_.dispatcher.dispatch(
      {.op = op, .target = target, .arguments = arguments, .keywordCount = keywords, .kept = kept},
      reply);
  depth_--;
  if (depth_ == 0) parts_.objects.releaseRetired();
  return static_cast<uint32_t>(status);
}

uint32_t InPageKernel::dispatchKept(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                                    uint32_t keywords) {
  PyRef kept;
  const uint32_t status = dispatch(op, target, frame, positional, keywords, &kept);
  if (status > static_cast<uint32_t>(wire::Status::STOPPED) ||
      status == static_cast<uint32_t>(wire::Status::FAILED)) {
    return status;
  }
  if (!kept) return frames_.store(frame, 1, Slot::of(wire::ValueTag::ABSENT)), status;
  auto typeFlags = typeFlagsOf(kept.get());
  auto handle = typeFlags ? parts_.table.insert(std::move(kept)) : typeFlags.error();
  if (handle) {
    frames_.store(frame, 1,
                  Slot::of(wire::ValueTag::MINE, *typeFlags, handle->index, handle->generation));
    return status;
  }
  const Slot value = frames_.load(frame, 0);
  if (value.tag == static_cast<uint32_t>(wire::ValueTag::MINE)) release(value.handle(), 1);
  return fail(frame, handle.error());
}

uint32_t InPageKernel::run(Handle callable, uint32_t outer) {
  stacks_.enter(outer);
  callOnce(callable);
  release(callable, 1);
  parts_.objects.releaseRetired();
  return stacks_.leave();
}

/// A failure is told to JavaScript, since nobody waits for the call.
void InPageKernel::callOnce(Handle callable) {
  auto found = parts_.table.find(callable);
  if (!found) return;  // JavaScript's own mistake, or the callable of a run that has ended
  const PyRef target = PyRef::borrow(*found);
  const PyRef result = PyRef::steal(PyObject_CallNoArgs(target.get()));
  if (result) return;
  Frame frame(frames_, kMinSlots);
  if (frame.address() == 0) return;
  FrameWriter slots(frames_, frame.spilled(), frame.address(), kMinSlots);
  writeFailure(parts_.lastError.report(takePythonError()), slots);
  krait_client_failed(frame.address());
}

/// Where the reply of the next request keeps its bytes. Replies of this depth and deeper have been
/// read by now.
SpilledBytes& InPageKernel::spilledAtDepth() {
  while (spilled_.size() <= depth_) spilled_.emplace_back(memory_);
  for (size_t depth = depth_; depth < spilled_.size(); depth++) spilled_[depth].clear();
  return spilled_[depth_];
}

uint32_t InPageKernel::start(uint32_t frame, uint32_t count) {
  if (!frames_.holds(frame, std::max(count, kMinSlots))) return kNoFrame;
  auto config = startConfigIn(FrameReader(frames_, frame, count));
  if (!config) return fail(frame, config.error());
  auto started = interpreter_.start(*config);
  if (!started) return fail(frame, started.error(), interpreter_.exitStatus());
  return static_cast<uint32_t>(wire::Status::RETURNED);
}

uint32_t InPageKernel::refresh(uint32_t frame, uint32_t count) {
  if (!frames_.holds(frame, std::max(count, kMinSlots))) return kNoFrame;
  auto config = refreshConfigIn(FrameReader(frames_, frame, count));
  if (!config) return fail(frame, config.error());
  client_.beginAnew();
  parts_.dispatcher.forgetClient();
  auto refreshed = interpreter_.refresh(*config);
  if (!refreshed) return fail(frame, refreshed.error());
  return static_cast<uint32_t>(wire::Status::RETURNED);
}

uint32_t InPageKernel::fail(uint32_t frame, Error error, std::optional<int> exitStatus) {
  FrameWriter reply(frames_, spilledAtDepth(), frame, kMinSlots);
  if (Py_IsInitialized()) {
    writeFailure(parts_.lastError.report(std::move(error)), reply);
  } else {
    writePlainFailure(error, exitStatus.value_or(0), reply);
  }
  return static_cast<uint32_t>(wire::Status::FAILED);
}

}  // namespace krait
