#include "proxy/krait-module.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

PyObject* jsFlags(PyObject*, PyObject* object) {
  if (!isJs(object)) {
    return PyErr_Format(PyExc_TypeError, "js_flags() argument must be a JsProxy, not %T", object);
  }
  return PyLong_FromUnsignedLong(flagsOf(object));
}

PyObject* jsFlagsOfType(PyObject*, PyObject* type) {
  if (!PyType_Check(type)) {
    return PyErr_Format(PyExc_TypeError, "js_flags_of_type() argument must be a type, not %T",
                        type);
  }
  return PyLong_FromUnsignedLong(
      JsObjects::current().flagsOf(reinterpret_cast<PyTypeObject*>(type)));
}

PyObject* proxyOf(PyObject* object, bool capturesThis, bool roundtrips, bool isOnce) {
  PyObject* arguments[] = {object, capturesThis ? Py_True : Py_False,
                           roundtrips ? Py_True : Py_False, isOnce ? Py_True : Py_False};
  return orRaise(JsObjects::current().client().ask(wire::Op::PROXY_OF, {}, arguments));
}

PyObject* createProxy(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"", "capture_this", "roundtrip", nullptr};
  PyObject* object;
  int capturesThis = 0, roundtrips = 1;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|pp:create_proxy",
                                   const_cast<char**>(names), &object, &capturesThis,
                                   &roundtrips)) {
    return nullptr;
  }
  return proxyOf(object, capturesThis != 0, roundtrips != 0, /*isOnce=*/false);
}

PyObject* createOnceCallable(PyObject*, PyObject* callable) {
  return proxyOf(callable, /*capturesThis=*/false, /*roundtrips=*/false, /*isOnce=*/true);
}

PyObject* toJs(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"", "depth", nullptr};
  PyObject* object;
  int depth = -1;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|i:to_js", const_cast<char**>(names),
                                   &object, &depth)) {
    return nullptr;
  }
  if (isJs(object)) return Py_NewRef(object);
  return orRaise(JsObjects::current().client().deepCopy(object, depth));
}

PyObject* schedule(PyObject*, PyObject* arguments) {
  PyObject* callable;
  double delayMs;
  if (!PyArg_ParseTuple(arguments, "Od:schedule", &callable, &delayMs)) return nullptr;
  auto scheduled = JsObjects::current().client().schedule(PyRef::borrow(callable), delayMs);
  if (scheduled) Py_RETURN_NONE;
  setPythonError(scheduled.error());
  return nullptr;
}

template <typename Function>
PyCFunction asMethod(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef methods[] = {
    {"js_flags", jsFlags, METH_O,
     "js_flags(proxy, /)\n--\n\nWhat the JavaScript object can do, as bits of TypeFlag."},
    {"js_flags_of_type", jsFlagsOfType, METH_O,
     "js_flags_of_type(type, /)\n--\n\nAs `js_flags`, for the class of a proxy; 0 for others."},
    {"create_proxy", asMethod(createProxy), METH_VARARGS | METH_KEYWORDS,
     "create_proxy(obj, /, capture_this=False, roundtrip=True)\n--\n\n"
     "A JavaScript proxy of a Python object that lives until it is destroyed."},
    {"create_once_callable", createOnceCallable, METH_O,
     "create_once_callable(callable, /)\n--\n\nA JavaScript function for one call."},
    {"to_js", asMethod(toJs), METH_VARARGS | METH_KEYWORDS,
     "to_js(obj, /, depth=-1)\n--\n\nA deep copy made of JavaScript containers."},
    {"schedule", schedule, METH_VARARGS,
     "schedule(callable, delay_ms, /)\n--\n\nCalls it once, from JavaScript's event loop."},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject* module) {
  JsObjects& objects = JsObjects::current();
  if (auto made = objects.makeTypes(); !made) {
    setPythonError(made.error());
    return -1;
  }
  const PyRef jsNull = objects.jsNull();
  for (PyTypeObject* type :
       {objects.proxyType(), objects.exceptionType(), objects.nullType(), objects.bigIntType()}) {
    if (PyModule_AddType(module, type) < 0) return -1;
  }
  return PyModule_AddObjectRef(module, "jsnull", jsNull.get());
}

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
    {0, nullptr},
};

PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_krait",
    .m_doc = "JavaScript objects in Python. For use by the package `_pyodide`.",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = nullptr,
    .m_clear = nullptr,
    .m_free = nullptr,
};

}  // namespace

PyObject* initializeKraitModule() { return PyModuleDef_Init(&definition); }

}  // namespace krait
