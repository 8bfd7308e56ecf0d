#pragma once

#include "kernel/python-error.h"
#include "proxy/client.h"
#include "proxy/in-page/quick-client.h"
#include "proxy/in-page/switched-stacks.h"

namespace krait {

/// Asks JavaScript on the same thread: the arguments are slots of a frame, the imported functions
/// are called directly.
class FrameClient final : public Client {
 public:
  FrameClient(FrameStack& stack, Conversion& conversion, const LastError& lastError,
              SwitchedStacks& switched)
      : stack_(stack),
        conversion_(conversion),
        lastError_(lastError),
        switched_(switched),
        quick_(stack, conversion) {}

  /// As `Client::ask`. A full frame stack is a RecursionError.
  Result<PyRef> ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                    PyObject* keywords = nullptr, PyRef* stopped = nullptr) override;
  bool callQuickly(Handle function, std::span<PyObject* const> arguments, bool isBound,
                   PyObject*& result) override;
  Result<PyRef> item(Handle target, Py_ssize_t position) override;
  Result<PyRef> deepCopy(PyObject* object, int depth) override;
  void release(Handle handle, uint32_t count) override;
  Result<void> schedule(PyRef callable, double delayMs) override;
  bool switchesStacks() const override;
  bool canSuspend() const override { return switched_.canSuspend(); }
  void suspend(uint32_t wait) override { switched_.suspend(wait); }
  void wake(uint32_t wait) override;
  /// JavaScript has begun anew: what it was told before it does not know.
  void beginAnew() { quick_.forgetNames(); }

 private:
  struct Counts {
    uint32_t positional = 0;
    uint32_t keywords = 0;
  };

  Result<void> write(Frame& frame, std::span<PyObject* const> arguments, PyObject* keywords,
                     Counts counts);
  Result<PyRef> send(wire::Op op, Handle target, const Frame& frame, Counts counts, PyRef* stopped);
  void takeBack(const Frame& frame, uint64_t slots);
  Result<PyRef> quickResult(uint32_t code, uint32_t frame, PyRef* stopped);
  Error failureIn(uint32_t frame);

  FrameStack& stack_;
  Conversion& conversion_;
  const LastError& lastError_;
  SwitchedStacks& switched_;
  QuickClient quick_;
};

}  // namespace krait
