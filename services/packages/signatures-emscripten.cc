// Functions of extension modules that take other arguments than CPython gives: most machines
// forgive that, while WebAssembly traps. Such a function is replaced by an adapter when CPython is
// told of it, so that no call pays for it. Linked with --wrap (tools/link/emscripten.py);
// docs/abi.md has the rule.

#include <Python.h>

#include <cstdint>

namespace {

// A function's place in the table, as C sees it.
using Address = std::uintptr_t;

}  // namespace

extern "C" {

// The function at an address, or an adapter for it that takes `arguments` words; see library.js.
Address krait_fitting(Address function, int arguments);

PyObject* __real_PyDescr_NewMethod(PyTypeObject* type, PyMethodDef* method);
PyObject* __real_PyDescr_NewClassMethod(PyTypeObject* type, PyMethodDef* method);
PyObject* __real_PyDescr_NewGetSet(PyTypeObject* type, PyGetSetDef* attribute);
PyObject* __real_PyCMethod_New(PyMethodDef* method, PyObject* self, PyObject* module,
                               PyTypeObject* type);
}

namespace {

template <typename Function>
void fit(Function& function, int arguments) {
  if (function == nullptr) return;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): an address of the table and back
  const auto address = reinterpret_cast<Address>(function);
  const Address fitting = krait_fitting(address, arguments);
  // Definitions may be constant; only those that need it are written to.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  if (fitting != address) function = reinterpret_cast<Function>(fitting);
}

// How many arguments CPython gives a method with these flags.
int argumentsOf(int flags) {
  switch (flags &
          (METH_VARARGS | METH_KEYWORDS | METH_NOARGS | METH_O | METH_FASTCALL | METH_METHOD)) {
    case METH_VARARGS | METH_KEYWORDS:
    case METH_FASTCALL:
      return 3;
    case METH_FASTCALL | METH_KEYWORDS:
      return 4;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
      return 5;
    default:
      return 2;
  }
}

void fit(PyMethodDef* method) { fit(method->ml_meth, argumentsOf(method->ml_flags)); }

}  // namespace

extern "C" {

PyObject* __wrap_PyDescr_NewMethod(PyTypeObject* type, PyMethodDef* method) {
  fit(method);
  return __real_PyDescr_NewMethod(type, method);
}

PyObject* __wrap_PyDescr_NewClassMethod(PyTypeObject* type, PyMethodDef* method) {
  fit(method);
  return __real_PyDescr_NewClassMethod(type, method);
}

PyObject* __wrap_PyDescr_NewGetSet(PyTypeObject* type, PyGetSetDef* attribute) {
  fit(attribute->get, 2);
  fit(attribute->set, 3);
  return __real_PyDescr_NewGetSet(type, attribute);
}

PyObject* __wrap_PyCMethod_New(PyMethodDef* method, PyObject* self, PyObject* module,
                               PyTypeObject* type) {
  fit(method);
  return __real_PyCMethod_New(method, self, module, type);
}
}
