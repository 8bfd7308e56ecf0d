#pragma once

#include <deque>

#include "kernel/dispatcher.h"
#include "kernel/interpreter.h"
#include "proxy/in-page/frame-client.h"
#include "proxy/js-objects.h"

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

  /// Runs a request whose `positional + 2 * keywords` slots are at `frame`.
  uint32_t dispatch(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                    uint32_t keywords);
  uint32_t start(uint32_t frame, uint32_t count);
  uint32_t refresh(uint32_t frame, uint32_t count);
  void release(Handle handle, uint32_t count) { dispatcher_.release(handle, count); }
  /// Calls a Python callable without arguments and releases it, on the stack that was opened last,
  /// where this function already runs. Gives where the stack pointer, which was at `outer`, has
  /// to go.
  uint32_t run(Handle callable, uint32_t outer);

  Memory& memory() { return memory_; }
  FrameStack& frames() { return frames_; }
  HandleTable& table() { return table_; }
  Conversion& conversion() { return conversion_; }
  LastError& lastError() { return lastError_; }
  JsObjects& objects() { return objects_; }
  FrameClient& client() { return client_; }
  SwitchedStacks& stacks() { return stacks_; }

 private:
  uint32_t fail(uint32_t frame, Error error, std::optional<int> exitStatus = {});
  SpilledBytes& spilledAtDepth();
  void callOnce(Handle callable);

  Memory memory_;
  FrameStack frames_{memory_};
  HandleTable table_;
  JsObjects objects_;
  Conversion conversion_{table_, objects_};
  LastError lastError_;
  Dispatcher dispatcher_{conversion_, lastError_};
  SwitchedStacks stacks_{frames_};
  FrameClient client_{frames_, conversion_, lastError_, stacks_};
  std::deque<SpilledBytes> spilled_;  // of replies, by depth
  size_t depth_ = 0;
  Interpreter interpreter_;
};

}  // namespace krait
