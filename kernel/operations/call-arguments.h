#pragma once

#include <array>
#include <memory>

#include "kernel/operations/arguments.h"

namespace krait {

/// The arguments of a Python call, laid out for vectorcall: on the stack when they are few, without
/// a tuple or dict.
class CallArguments {
 public:
  CallArguments() = default;
  CallArguments(const CallArguments&) = delete;
  CallArguments& operator=(const CallArguments&) = delete;
  ~CallArguments();

  /// Reads all that is left in `arguments`. `self` is the object of a method call, or null.
  Result<void> read(Arguments& arguments, PyObject* self = nullptr);
  /// Calls `callable` with them. Once only, as the callee may use the room in front of them.
  Result<PyRef> call(PyObject* callable);
  /// Calls the method `name` of the `self` that was given to `read`.
  Result<PyRef> callMethod(PyObject* name);

 private:
  static constexpr size_t kInline = 10;

  Result<void> readNames(Arguments& arguments);
  void push(PyObject* owned) { first_[count_++] = owned; }
  size_t flaggedCount() const { return positional_ | PY_VECTORCALL_ARGUMENTS_OFFSET; }

  std::array<PyObject*, kInline> inline_;
  std::unique_ptr<PyObject*[]> heap_;
  PyObject** first_ = inline_.data() + 1;  // the place before it belongs to the callee
  size_t count_ = 0;                       // values that are owned
  size_t positional_ = 0;
  PyRef names_;
};

}  // namespace krait
