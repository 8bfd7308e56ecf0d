#include "kernel/python-stack.h"

#include <utility>

// What a context is made of is known to CPython's own sources only.
#define Py_BUILD_CORE 1
#include <internal/pycore_context.h>
#undef Py_BUILD_CORE

namespace krait {

PythonStack::PythonStack() : cRemaining_(Py_C_RECURSION_LIMIT) {}

PythonStack::~PythonStack() {
  Py_XDECREF(handled_.exc_value);
  PyObjectArenaAllocator arenas;
  PyObject_GetArenaAllocator(&arenas);
  while (chunk_ != nullptr) {
    _PyStackChunk* const previous = chunk_->previous;
    arenas.free(arenas.ctx, chunk_, chunk_->size);
    chunk_ = previous;
  }
}

void PythonStack::swap() {
  PyThreadState& state = *PyThreadState_Get();

  // The recursion limit may have changed since.
  const int depth = state.py_recursion_limit - state.py_recursion_remaining;
  state.py_recursion_remaining = state.py_recursion_limit - std::exchange(depth_, depth);
  std::swap(state.c_recursion_remaining, cRemaining_);
  std::swap(state.recursion_headroom, headroom_);
  std::swap(state.tracing, tracing_);
  std::swap(state.what_event, event_);
  std::swap(state.current_frame, frame_);
  std::swap(state.delete_later, deleteLater_);
  std::swap(state.datastack_chunk, chunk_);
  std::swap(state.datastack_top, top_);
  std::swap(state.datastack_limit, limit_);

  std::swap(state.exc_state, handled_);
  _PyErr_StackItem* const innermost = state.exc_info == &state.exc_state ? nullptr : state.exc_info;
  state.exc_info = innermost_ != nullptr ? innermost_ : &state.exc_state;
  innermost_ = innermost;

  auto contexts = takeContexts(state);
  putContexts(state, std::exchange(contexts_, std::move(contexts)));
}

/// Exits the contexts, for as long as the stack does not run.
std::vector<PythonStack::Context> PythonStack::takeContexts(PyThreadState& state) {
  std::vector<Context> taken;
  auto* next = reinterpret_cast<PyContext*>(std::exchange(state.context, nullptr));
  while (next != nullptr) {
    PyContext* const context = next;
    next = std::exchange(context->ctx_prev, nullptr);
    const bool isEntered = std::exchange(context->ctx_entered, 0) != 0;
    taken.push_back({PyRef::steal(reinterpret_cast<PyObject*>(context)), isEntered});
  }
  return taken;
}

void PythonStack::putContexts(PyThreadState& state, std::vector<Context> contexts) {
  for (; !contexts.empty(); contexts.pop_back()) {
    Context& outermost = contexts.back();
    auto* const context = reinterpret_cast<PyContext*>(outermost.object.release());
    context->ctx_entered = outermost.isEntered ? 1 : 0;
    context->ctx_prev = reinterpret_cast<PyContext*>(state.context);
    state.context = reinterpret_cast<PyObject*>(context);
  }
  state.context_ver++;  // context variables cache what they found in a version
}

}  // namespace krait
