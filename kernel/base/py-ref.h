#pragma once

#include <Python.h>

#include <utility>

namespace krait {

/// One strong reference to a Python object; empty after a move.
/// `steal` takes over a C API result documented "New reference"; `borrow` adds a reference to
/// one documented "Borrowed reference". There is no implicit copy: `dup` makes every extra
/// reference visible. The GIL must be held whenever a non-empty PyRef is made or destroyed.
class PyRef {
 public:
  PyRef() = default;
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~PyRef() { Py_XDECREF(object_); }

  [[nodiscard]] static PyRef steal(PyObject* object) { return PyRef(object); }
  [[nodiscard]] static PyRef borrow(PyObject* object) { return PyRef(Py_XNewRef(object)); }
  [[nodiscard]] PyRef dup() const { return borrow(object_); }
  [[nodiscard]] PyObject* release() { return std::exchange(object_, nullptr); }
  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit PyRef(PyObject* owned) : object_(owned) {}
  PyObject* object_ = nullptr;
};

}  // namespace krait
