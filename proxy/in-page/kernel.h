#pragma once

#include <deque>

#include "kernel/interpreter.h"
#include "proxy/in-page/frame-client.h"
#include "proxy/in-page/quick-calls.h"
#include "proxy/kernel-parts.h"

namespace krait {

/// The parts of a kernel that shares its thread and memory with its client, put together. What it
/// answers is meant for the functions of exports.cc, which say more.
class InPageKernel {
 public:
  /// In place of a Status: the frame is not one, so nothing could be written to it.
  static constexpr uint32_t kNoFrame = 0xff;

  /// Registers the module `_krait`, so make it before Python starts.
  InPageKernel();
  InPageKernel(const InPageKernel&) = delete;
  InPageKernel& operator=(const InPageKernel&) = delete;

  /// Runs a request whose `positional + 2 * keywords` slots are at `frame`. `kept` takes the object
  /// that the answer is, or is a copy of.
  uint32_t dispatch(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                    uint32_t keywords, PyRef* kept = nullptr);
  /// As `dispatch`; on success slot 1 is `mine` of the object that slot 0 is or is a copy of, so
  /// that later calls can name it, or `absent` when there is none (a graph).
  uint32_t dispatchKept(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                        uint32_t keywords);
  uint32_t start(uint32_t frame, uint32_t count);
  uint32_t refresh(uint32_t frame, uint32_t count);
  void release(Handle handle, uint32_t count) { parts_.dispatcher.release(handle, count); }
  /// Calls a Python callable without arguments and releases it, on the stack that was opened last,
  /// where this function already runs. Gives where the stack pointer, which was at `outer`, has
  /// to go.
  uint32_t run(Handle callable, uint32_t outer);

  Memory& memory() { return memory_; }
  FrameStack& frames() { return frames_; }
  KernelParts& parts() { return parts_; }
  HandleTable& table() { return parts_.table; }
  Conversion& conversion() { return parts_.conversion; }
  LastError& lastError() { return parts_.lastError; }
  JsObjects& objects() { return parts_.objects; }
  FrameClient& client() { return client_; }
  SwitchedStacks& stacks() { return stacks_; }
  QuickCalls& quick() { return quick_; }

 private:
  friend class QuickCalls;

  uint32_t fail(uint32_t frame, Error error, std::optional<int> exitStatus = {});
  SpilledBytes& spilledAtDepth();
  void callOnce(Handle callable);

  Memory memory_;
  FrameStack frames_{memory_};
  KernelParts parts_;
  SwitchedStacks stacks_{frames_};
  FrameClient client_{frames_, parts_.conversion, parts_.lastError, stacks_};
  std::deque<SpilledBytes> spilled_;  // of replies, by depth
  size_t depth_ = 0;
  QuickCalls quick_{*this};
  Interpreter interpreter_;
};

/// The one kernel of the module. Made by the first call and never destroyed: it lives as long as
/// the module.
InPageKernel& theKernel();

}  // namespace krait
