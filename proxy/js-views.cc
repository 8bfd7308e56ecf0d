#include "proxy/js-views.h"

#include "kernel/modules.h"
#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

using enum wire::TypeFlag;

constexpr uint32_t kNoJson = bit(JS_TYPED_ARRAY) | bit(BUFFER) | bit(CALLABLE) | bit(EXCEPTION);
constexpr uint32_t kNoMap = kNoJson | bit(JS_ARRAY) | bit(ITERATOR) | bit(JS_PROXY_OF_PYTHON);

PyObject* callPython(const char* module, const char* function, PyObject* self, PyObject* argument) {
  auto callable = moduleAttr(module, function);
  if (!callable) return orRaise(std::move(callable));
  return PyObject_CallFunctionObjArgs(callable->get(), self, argument, nullptr);
}

PyObject* asObjectMap(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"hereditary", nullptr};
  int isHereditary = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|$p:as_object_map",
                                   const_cast<char**>(names), &isHereditary)) {
    return nullptr;
  }
  return callPython("_pyodide._object_views", "object_map", self,
                    isHereditary ? Py_True : Py_False);
}

PyObject* asPyJson(PyObject* self, PyObject*) {
  return callPython("_pyodide._object_views", "json_view", self, nullptr);
}

PyObject* bindSig(PyObject* self, PyObject* signature) {
  return callPython("_pyodide.jsbind", "bind_sig", self, signature);
}

PyObject* bindClass(PyObject* self, PyObject* signature) {
  return callPython("_pyodide.jsbind", "bind_class", self, signature);
}

/// Whether the first argument of a function is what it needs; raises otherwise.
bool isProxy(PyObject* object) {
  if (isJs(object)) return true;
  PyErr_Format(PyExc_TypeError, "a JsProxy is needed, not %T", object);
  return false;
}

}  // namespace

void addViewParts(uint32_t flags, TypeParts& parts) {
  if ((flags & kNoMap) == 0) {
    parts.method("as_object_map", asObjectMap, METH_VARARGS | METH_KEYWORDS,
                 "as_object_map($self, *, hereditary=False)\n--\n\n"
                 "A mutable mapping over the object's own enumerable string keys.");
  }
  if ((flags & kNoJson) == 0) {
    parts.method("as_py_json", asPyJson, METH_NOARGS,
                 "as_py_json($self)\n--\n\nThe object as if it came from `json.loads`.");
  }
}

void addBindingParts(TypeParts& parts) {
  parts.method("bind_sig", bindSig, METH_O,
               "bind_sig($self, signature, /)\n--\n\n"
               "A copy whose calls and attributes are converted as annotations say.");
  parts.method("bind_class", bindClass, METH_O,
               "bind_class($self, signature, /)\n--\n\nAs `bind_sig`, for a class.");
}

PyObject* viewOf(PyObject*, PyObject* arguments) {
  PyObject *proxy, *type;
  unsigned int flags;
  if (!PyArg_ParseTuple(arguments, "OO!I:view_of", &proxy, &PyType_Type, &type, &flags)) {
    return nullptr;
  }
  JsObjects& objects = JsObjects::current();
  auto* viewType = reinterpret_cast<PyTypeObject*>(type);
  const bool isProxyType = PyType_IsSubtype(viewType, objects.proxyType());
  if (!isJs(proxy) || PyExceptionInstance_Check(proxy) || !isProxyType) {
    return PyErr_Format(PyExc_TypeError, "view_of() needs a JsProxy and a class of them, not %T",
                        proxy);
  }
  return orRaise(objects.view(proxy, viewType, flags));
}

PyObject* getProperty(PyObject*, PyObject* arguments) {
  PyObject *proxy, *name;
  if (!PyArg_ParseTuple(arguments, "OU:get_property", &proxy, &name)) return nullptr;
  if (!isProxy(proxy)) return nullptr;
  return askOrRaise(wire::Op::GET_ATTR, proxy, {name});
}

PyObject* setProperty(PyObject*, PyObject* arguments) {
  PyObject *proxy, *name, *value;
  if (!PyArg_ParseTuple(arguments, "OUO:set_property", &proxy, &name, &value)) return nullptr;
  if (!isProxy(proxy)) return nullptr;
  return askOrRaise(wire::Op::SET_ATTR, proxy, {name, value});
}

PyObject* deleteProperty(PyObject*, PyObject* arguments) {
  PyObject *proxy, *name;
  if (!PyArg_ParseTuple(arguments, "OU:delete_property", &proxy, &name)) return nullptr;
  if (!isProxy(proxy)) return nullptr;
  return askOrRaise(wire::Op::DEL_ATTR, proxy, {name});
}

}  // namespace krait
