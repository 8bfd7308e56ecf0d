#include "proxy/in-page/switched-stacks.h"

#include <algorithm>
#include <utility>

#include "proxy/in-page/imports.h"
#include "proxy/in-page/stack-pointer.h"

namespace krait {

uint32_t foreignCalls = 0;

SwitchedStacks::~SwitchedStacks() {
  for (const auto& stack : resting_) frames_.memory().free(stack->memory);
  for (auto& stack : inUse_) {
    [[maybe_unused]] const Stack* left = stack.release();  // its frames may be looked at
  }
}

uint32_t SwitchedStacks::open() {
  if (resting_.empty()) {
    auto made = make();
    if (made == nullptr) return 0;
    resting_.push_back(std::move(made));
  }
  return resting_.back()->memory + kStackBytes;
}

std::unique_ptr<SwitchedStacks::Stack> SwitchedStacks::make() {
  const uint32_t memory = frames_.memory().allocate(kStackBytes);
  if (memory == 0) return nullptr;
  auto stack = std::make_unique<Stack>();
  stack->memory = memory;
  return stack;
}

void SwitchedStacks::enter(uint32_t outer) {
  inUse_.push_back(std::move(resting_.back()));
  resting_.pop_back();
  resume(*inUse_.back(), outer);
}

uint32_t SwitchedStacks::leave() {
  Stack* const stack = current_;
  stepOff(*stack);
  stack->python.rest();
  const auto found = std::ranges::find(inUse_, stack, &std::unique_ptr<Stack>::get);
  resting_.push_back(std::move(*found));
  inUse_.erase(found);
  const uint32_t outer = stack->outer;
  if (resting_.size() > kMaxResting) {
    // Not the one that is still stood on.
    frames_.memory().free(resting_.front()->memory);
    resting_.erase(resting_.begin());
  }
  return outer;
}

bool SwitchedStacks::canSuspend() const {
  return current_ != nullptr && foreignCalls == 0 && frames_.top() == current_->framesTop;
}

void SwitchedStacks::suspend(uint32_t wait) {
  Stack& stack = *current_;
  const uint32_t pointer = stackPointer();
  stepOff(stack);
  moveStackPointer(stack.outer);
  krait_client_suspend(wait);
  const uint32_t outer = stackPointer();
  moveStackPointer(pointer);
  resume(stack, outer);
}

/// Makes `stack` the running one.
void SwitchedStacks::resume(Stack& stack, uint32_t outer) {
  stack.outer = outer;
  stack.framesTop = frames_.top();
  stack.outerStack = std::exchange(current_, &stack);
  stack.foreignCalls = std::exchange(foreignCalls, 0);
  stack.python.swap();
}

/// Makes the stack that `stack` was entered or resumed from the running one.
void SwitchedStacks::stepOff(Stack& stack) {
  stack.python.swap();
  current_ = stack.outerStack;
  foreignCalls = stack.foreignCalls;
}

}  // namespace krait
