#pragma once

#include <Python.h>

#include <vector>

namespace krait {

/// What a heap type is made of. The type points to the tables, so they live as long as the type.
struct TypeParts {
  std::vector<PyType_Slot> slots;
  std::vector<PyMethodDef> methods;
  std::vector<PyGetSetDef> properties;
  std::vector<PyMemberDef> members;
  unsigned long typeFlags = 0;  // Py_TPFLAGS_*

  template <typename Function>
  void slot(int id, Function* function) {
    slots.push_back({id, reinterpret_cast<void*>(function)});
  }
  /// `function` has the signature that `flags` (METH_*) ask for.
  template <typename Function>
  void method(const char* name, Function* function, int flags, const char* doc) {
    const auto plain = reinterpret_cast<void (*)()>(function);
    methods.push_back({name, reinterpret_cast<PyCFunction>(plain), flags, doc});
  }
  void property(const char* name, getter get, const char* doc, setter set = nullptr) {
    properties.push_back({name, get, set, doc, nullptr});
  }
  /// A place in the object that CPython finds by a name of its own, such as `__dictoffset__`.
  void offset(const char* name, size_t offsetBytes) {
    members.push_back(
        {name, Py_T_PYSSIZET, static_cast<Py_ssize_t>(offsetBytes), Py_READONLY, nullptr});
  }

  /// Makes the type; null with a Python error set on failure. `base` may be null. No slots may be
  /// added afterwards.
  PyObject* make(const char* name, size_t basicBytes, PyTypeObject* base);
};

}  // namespace krait
