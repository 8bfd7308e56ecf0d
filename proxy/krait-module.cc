#include "proxy/krait-module.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"
#include "proxy/js-views.h"

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

PyObject* limitHandles(PyObject*, PyObject* count) {
  const auto number = static_cast<uint32_t>(PyLong_AsUnsignedLong(count));
  if (PyErr_Occurred()) return nullptr;
  JsObjects::current().table().limit(number);
  Py_RETURN_NONE;
}

PyObject* switchesStacks(PyObject*, PyObject*) {
  return PyBool_FromLong(JsObjects::current().client().switchesStacks());
}

PyObject* canSuspend(PyObject*, PyObject*) {
  return PyBool_FromLong(JsObjects::current().client().canSuspend());
}

PyObject* suspend(PyObject*, PyObject* wait) {
  JsObjects& objects = JsObjects::current();
  const auto number = static_cast<uint32_t>(PyLong_AsUnsignedLong(wait));
  if (PyErr_Occurred()) return nullptr;
  if (!objects.client().canSuspend()) {
    PyErr_SetString(PyExc_RuntimeError, "this call cannot be suspended");
    return nullptr;
  }
  objects.releaseRetired();
  objects.client().suspend(number);
  if (PyErr_CheckSignals() < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* wake(PyObject*, PyObject* wait) {
  const auto number = static_cast<uint32_t>(PyLong_AsUnsignedLong(wait));
  if (PyErr_Occurred()) return nullptr;
  JsObjects::current().client().wake(number);
  Py_RETURN_NONE;
}

PyObject* sleepSwitching(PyObject*, PyObject* seconds) {
  const PyRef module = PyRef::steal(PyImport_ImportModule("_pyodide._stack_switching"));
  const PyRef name = PyRef::steal(module ? PyUnicode_FromString("sleep") : nullptr);
  return name ? PyObject_CallMethodOneArg(module.get(), name.get(), seconds) : nullptr;
}

PyMethodDef sleepDefinition = {
    "sleep", sleepSwitching, METH_O,
    "sleep(seconds, /)\n--\n\nDelay execution for a given number of seconds."};

/// What is called `time.sleep` stays a function of C: no method when a class has it as a member,
/// and pickled by name.
PyObject* timeSleep(PyObject*, PyObject*) {
  const PyRef module = PyRef::steal(PyUnicode_FromString("time"));
  return module ? PyCFunction_NewEx(&sleepDefinition, nullptr, module.get()) : nullptr;
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
    {"limit_handles", limitHandles, METH_O,
     "limit_handles(count, /)\n--\n\nHow many Python objects JavaScript may hold."},
    {"switches_stacks", switchesStacks, METH_NOARGS,
     "switches_stacks()\n--\n\nWhether calls can be suspended here at all."},
    {"can_suspend", canSuspend, METH_NOARGS,
     "can_suspend()\n--\n\nWhether this call may be suspended, since it stands on a stack of its "
     "own."},
    {"suspend", suspend, METH_O,
     "suspend(wait, /)\n--\n\nLets all other calls go on until `wake` is called with that number, "
     "or an "
     "interrupt comes; then its handler runs."},
    {"time_sleep", timeSleep, METH_NOARGS,
     "time_sleep()\n--\n\nA built-in `time.sleep` that calls the one of `_stack_switching`."},
    {"wake", wake, METH_O, "wake(wait, /)\n--\n\nEnds a `suspend`, in a later turn."},
    {"view_of", viewOf, METH_VARARGS,
     "view_of(proxy, type, flags, /)\n--\n\nAnother view of the object, of a class of Python's."},
    {"get_property", getProperty, METH_VARARGS,
     "get_property(proxy, name, /)\n--\n\nA property by its JavaScript name."},
    {"set_property", setProperty, METH_VARARGS,
     "set_property(proxy, name, value, /)\n--\n\nSets a property by its JavaScript name."},
    {"delete_property", deleteProperty, METH_VARARGS,
     "delete_property(proxy, name, /)\n--\n\nDeletes a property by its JavaScript name."},
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
