#pragma once

#include <memory>
#include <vector>

#include "kernel/python-stack.h"
#include "proxy/in-page/frame-stack.h"

namespace krait {

/// Calls of C functions that go through JavaScript (ctypes) and are under way on this stack: what
/// they call back must not be suspended. Counted by foreign-calls-wasm.cc.
extern uint32_t foreignCalls;

/// The stacks beside the first one, for calls that may wait for a promise (JSPI; decision 0007).
/// The engine switches its own stack; the kernel switches C's stack in linear memory and what
/// CPython keeps of a stack. Whoever enters or resumes a stack gets control back when it is
/// suspended or has ended. The GIL must be held for every call.
class SwitchedStacks {
 public:
  /// Of C's stack. Recursion that CPython admits takes at most about a third of it.
  static constexpr uint32_t kStackBytes = 1u << 20;
  /// Resting stacks that are kept for the next call.
  static constexpr size_t kMaxResting = 4;

  explicit SwitchedStacks(FrameStack& frames) : frames_(frames) {}
  ~SwitchedStacks();
  SwitchedStacks(const SwitchedStacks&) = delete;
  SwitchedStacks& operator=(const SwitchedStacks&) = delete;

  /// Prepares a stack and gives the address of its upper end, for `enter`; 0 when memory is short.
  uint32_t open();
  /// Begins to run on the stack that was opened last. The caller has moved the stack pointer
  /// there from `outer`.
  void enter(uint32_t outer);
  /// Ends the running stack; gives where the stack pointer has to go.
  uint32_t leave();

  /// Whether `suspend` may be called: the running code stands on such a stack, and every frame
  /// between it and the stack's beginning is WebAssembly.
  bool canSuspend() const;
  /// Lets those go on who entered or resumed this stack, until JavaScript ends the wait of that
  /// number (`krait_client_wake`). Only if `canSuspend`.
  void suspend(uint32_t wait);
  /// Stacks in the middle of a call.
  size_t inUse() const { return inUse_.size(); }

 private:
  struct Stack {
    uint32_t memory = 0;     // its lower end
    uint32_t outer = 0;      // stack pointer of whoever entered or resumed it
    uint32_t framesTop = 0;  // of the call frames at that time
    Stack* outerStack = nullptr;
    uint32_t foreignCalls = 0;  // of the outer stack
    PythonStack python;
  };

  std::unique_ptr<Stack> make();
  void resume(Stack& stack, uint32_t outer);
  void stepOff(Stack& stack);

  FrameStack& frames_;
  std::vector<std::unique_ptr<Stack>> resting_;
  std::vector<std::unique_ptr<Stack>> inUse_;
  Stack* current_ = nullptr;
};

}  // namespace krait
