#pragma once

#include <vector>

#include "kernel/base/py-ref.h"

namespace krait {

/// What a thread state of CPython knows of the C stack that it runs on: frames, handled
/// exceptions, context, recursion. Where one thread has several stacks each has one of these, and
/// switching stacks swaps them, while all else of the thread state (its dict, signals, hooks) is
/// shared: it is one thread. The GIL must be held for every call.
class PythonStack {
 public:
  /// A stack on which nothing runs yet.
  PythonStack();
  /// Nothing may run on it.
  ~PythonStack();
  PythonStack(const PythonStack&) = delete;
  PythonStack& operator=(const PythonStack&) = delete;

  /// Exchanges what is kept here with what the current thread state holds.
  void swap();
  /// Forgets the context that the last run left. Nothing may run on it.
  void rest() { contexts_.clear(); }

 private:
  /// A context that other stacks may enter while this one does not run.
  struct Context {
    PyRef object;
    bool isEntered;
  };

  static std::vector<Context> takeContexts(PyThreadState& state);
  static void putContexts(PyThreadState& state, std::vector<Context> contexts);

  int depth_ = 0;     // of Python's own recursion
  int cRemaining_;    // of the C recursion
  int headroom_ = 0;  // for handling a RecursionError
  int tracing_ = 0;   // depth inside of trace functions
  int event_ = -1;    // being monitored
  _PyInterpreterFrame* frame_ = nullptr;
  _PyErr_StackItem handled_{};             // the outermost handled exception
  _PyErr_StackItem* innermost_ = nullptr;  // null: `handled_` itself
  PyObject* deleteLater_ = nullptr;        // what the trashcan holds
  std::vector<Context> contexts_;          // the innermost first
  _PyStackChunk* chunk_ = nullptr;         // memory of frames; owned
  PyObject** top_ = nullptr;
  PyObject** limit_ = nullptr;
};

}  // namespace krait
