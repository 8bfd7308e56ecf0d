#include "proxy/js-null.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"

namespace krait {

namespace {

PyObject* makeNew(PyTypeObject*, PyObject* arguments, PyObject* keywords) {
  if (PyTuple_GET_SIZE(arguments) > 0 || (keywords && PyDict_GET_SIZE(keywords) > 0)) {
    PyErr_SetString(PyExc_TypeError, "JsNull takes no arguments");
    return nullptr;
  }
  return JsObjects::current().jsNull().release();
}

PyObject* name(PyObject*) { return PyUnicode_FromString("jsnull"); }

int isTrue(PyObject*) { return 0; }

PyObject* typeOf(PyObject*, void*) { return PyUnicode_FromString("object"); }

/// Pickled by its name in `pyodide.ffi`.
PyObject* reduce(PyObject*, PyObject*) { return PyUnicode_FromString("jsnull"); }

}  // namespace

Result<PyRef> makeJsNull(TypeParts& parts) {
  parts.slot(Py_tp_doc, const_cast<char*>("The type of `jsnull`, JavaScript's `null` in Python."));
  parts.slot(Py_tp_new, makeNew);
  parts.slot(Py_tp_repr, name);
  parts.slot(Py_nb_bool, isTrue);
  parts.property("typeof", typeOf, "What JavaScript's `typeof` says.");
  parts.method("__reduce__", reduce, METH_NOARGS, "__reduce__($self)\n--\n\nIts name.");
  PyRef type = PyRef::steal(parts.make("pyodide.ffi.JsNull", sizeof(PyObject), nullptr));
  if (!type) return takePythonError();
  auto* plain = reinterpret_cast<PyTypeObject*>(type.get());
  PyRef instance = PyRef::steal(plain->tp_alloc(plain, 0));
  if (!instance) return takePythonError();
  return instance;
}

}  // namespace krait
