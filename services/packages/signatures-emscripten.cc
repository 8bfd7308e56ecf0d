// Functions of extension modules that take other arguments than CPython gives: most machines
// forgive that, while WebAssembly traps. Such a function is replaced by an adapter when CPython is
// told of it, so that no call pays for it. Of a function of CPython that has a `krait_side_` twin
// here, side modules get the twin (tools/link/slim.py); docs/abi.md has the rule.

#include <Python.h>

#include <cstdint>

namespace {

// A function's place in the table, as C sees it.
using Address = std::uintptr_t;

}  // namespace

extern "C" {

// The function at an address, or an adapter for it that takes `arguments` words; see library.js.
Address krait_fitting(Address function, int arguments);
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

void fit(PyGetSetDef* attribute) {
  fit(attribute->get, 2);
  fit(attribute->set, 3);
}

/// A table that ends with a row without a name.
void fitAll(PyMethodDef* methods) {
  for (; methods != nullptr && methods->ml_name != nullptr; methods++) fit(methods);
}

void fitAll(PyGetSetDef* attributes) {
  for (; attributes != nullptr && attributes->name != nullptr; attributes++) fit(attributes);
}

void fitAll(const PyType_Spec* spec) {
  for (const PyType_Slot* slot = spec->slots; slot->slot != 0; slot++) {
    if (slot->slot == Py_tp_methods) fitAll(static_cast<PyMethodDef*>(slot->pfunc));
    if (slot->slot == Py_tp_getset) fitAll(static_cast<PyGetSetDef*>(slot->pfunc));
  }
}

}  // namespace

// Declared nowhere: only side modules call them, by CPython's names.
#define SIDE extern "C" [[gnu::used, gnu::visibility("default")]]

SIDE int krait_side_PyType_Ready(PyTypeObject* type) {
  fitAll(type->tp_methods);
  fitAll(type->tp_getset);
  return PyType_Ready(type);
}

SIDE PyObject* krait_side_PyType_FromSpec(PyType_Spec* spec) {
  fitAll(spec);
  return PyType_FromSpec(spec);
}

SIDE PyObject* krait_side_PyType_FromSpecWithBases(PyType_Spec* spec, PyObject* bases) {
  fitAll(spec);
  return PyType_FromSpecWithBases(spec, bases);
}

SIDE PyObject* krait_side_PyType_FromModuleAndSpec(PyObject* module, PyType_Spec* spec,
                                                   PyObject* bases) {
  fitAll(spec);
  return PyType_FromModuleAndSpec(module, spec, bases);
}

SIDE PyObject* krait_side_PyType_FromMetaclass(PyTypeObject* metaclass, PyObject* module,
                                               PyType_Spec* spec, PyObject* bases) {
  fitAll(spec);
  return PyType_FromMetaclass(metaclass, module, spec, bases);
}

SIDE PyObject* krait_side_PyModule_Create2(PyModuleDef* definition, int version) {
  fitAll(definition->m_methods);
  return PyModule_Create2(definition, version);
}

SIDE PyObject* krait_side_PyModule_FromDefAndSpec2(PyModuleDef* definition, PyObject* spec,
                                                   int version) {
  fitAll(definition->m_methods);
  return PyModule_FromDefAndSpec2(definition, spec, version);
}

SIDE PyObject* krait_side_PyModuleDef_Init(PyModuleDef* definition) {
  fitAll(definition->m_methods);
  return PyModuleDef_Init(definition);
}

SIDE int krait_side_PyModule_AddFunctions(PyObject* module, PyMethodDef* functions) {
  fitAll(functions);
  return PyModule_AddFunctions(module, functions);
}

SIDE PyObject* krait_side_PyCMethod_New(PyMethodDef* method, PyObject* self, PyObject* module,
                                        PyTypeObject* type) {
  fit(method);
  return PyCMethod_New(method, self, module, type);
}

SIDE PyObject* krait_side_PyCFunction_NewEx(PyMethodDef* method, PyObject* self, PyObject* module) {
  fit(method);
  return PyCMethod_New(method, self, module, nullptr);
}

SIDE PyObject* krait_side_PyCFunction_New(PyMethodDef* method, PyObject* self) {
  fit(method);
  return PyCMethod_New(method, self, nullptr, nullptr);
}

SIDE PyObject* krait_side_PyDescr_NewMethod(PyTypeObject* type, PyMethodDef* method) {
  fit(method);
  return PyDescr_NewMethod(type, method);
}

SIDE PyObject* krait_side_PyDescr_NewClassMethod(PyTypeObject* type, PyMethodDef* method) {
  fit(method);
  return PyDescr_NewClassMethod(type, method);
}

SIDE PyObject* krait_side_PyDescr_NewGetSet(PyTypeObject* type, PyGetSetDef* attribute) {
  fit(attribute);
  return PyDescr_NewGetSet(type, attribute);
}
