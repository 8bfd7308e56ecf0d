#pragma once

#include <span>

#include "kernel/conversion.h"
#include "kernel/python-error.h"

namespace krait {

/// How Python code reaches the objects of the JavaScript side, wherever that is. The same-thread
/// client
/// (`proxy/in-page`) makes a direct call; a channel sends a message and waits. The GIL must be held
/// for every call.
class Client {
 public:
  virtual ~Client() = default;
  /// Asks `op` of the client's object. `arguments` are positional; `keywords` is a dict or null.
  /// The outcome: a value; an empty PyRef together with `*stopped` for the end of an iterator (the
  /// return value is in
  /// `*stopped`); or the JavaScript error as an Error that carries its JsException. An error that
  /// Python threw itself comes back as the original exception while it is `sys.last_exc`
  /// (ER-round.py).
  virtual Result<PyRef> ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                            PyObject* keywords = nullptr, PyRef* stopped = nullptr) = 0;
  /// As `ask` of a call without keywords (`isBound`: `callBound`), by a shorter way where the
  /// client has one. False: nothing was asked. Else `result` is a new reference, or null with the
  /// Python error set.
  virtual bool callQuickly(Handle /*function*/, std::span<PyObject* const> /*arguments*/,
                           bool /*isBound*/, PyObject*& /*result*/) {
    return false;
  }
  /// An item of an array by its position, which is not negative. Fails with `noItem`.
  virtual Result<PyRef> item(Handle target, Py_ssize_t position) {
    PyObject* index = PyLong_FromSsize_t(position);
    if (index == nullptr) return takePythonError();
    const PyRef owned = PyRef::steal(index);
    return ask(wire::Op::GET_ITEM, target, {&index, 1});
  }
  /// A deep copy of `object` made of JavaScript containers (Op `fromGraph`); `depth` as in
  /// `writeGraph`.
  virtual Result<PyRef> deepCopy(PyObject* object, int depth) = 0;
  /// Gives back `count` references to the client's object. May be batched; never runs JavaScript.
  virtual void release(Handle handle, uint32_t count) = 0;
  /// Calls `callable` with no argument once `delayMs` milliseconds have passed, from the client's
  /// event loop (0: as soon as other pending work has had its turn). The call is not cancellable;
  /// callers keep their own flag.
  virtual Result<void> schedule(PyRef callable, double delayMs) = 0;
  /// Whether calls that the client's event loop starts may be suspended at all.
  virtual bool switchesStacks() const { return false; }
  /// Whether `suspend` may be called from here (PY-can_run_sync).
  virtual bool canSuspend() const { return false; }
  /// Lets JavaScript and other calls go on until `wake` is called with that number, or an interrupt
  /// was asked for. Only if `canSuspend`.
  virtual void suspend(uint32_t /*wait*/) {}
  virtual void wake(uint32_t /*wait*/) {}
};

}  // namespace krait
