#include "kernel/modules.h"

#include "kernel/python-error.h"

namespace krait {

PyRef importedModule(const char* module) {
  PyRef name = PyRef::steal(PyUnicode_FromString(module));
  PyRef found = name ? PyRef::steal(PyImport_GetModule(name.get())) : PyRef();
  if (!found) PyErr_Clear();
  return found;
}

Result<PyRef> moduleAttr(const char* module, const char* name) {
  PyRef owner = importedModule(module);
  if (!owner) owner = PyRef::steal(PyImport_ImportModule(module));
  if (!owner) return takePythonError();
  PyRef attribute = PyRef::steal(PyObject_GetAttrString(owner.get(), name));
  if (!attribute) return takePythonError();
  return attribute;
}

}  // namespace krait
