#include "proxy/js-proxy.h"

#include <array>
#include <vector>

#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-calls.h"
#include "proxy/js-objects.h"

namespace krait {

bool isJs(PyObject* object) {
  // Most values that cross are of types that CPython itself defines.
  if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE)) return false;
  const JsObjects& objects = JsObjects::current();
  return PyObject_TypeCheck(object, objects.proxyType()) ||
         PyObject_TypeCheck(object, objects.exceptionType());
}

bool isFunction(PyObject* object) {
  return isJs(object) && (flagsOf(object) & bit(wire::TypeFlag::CALLABLE)) != 0;
}

Result<PyRef> ask(wire::Op op, PyObject* self, std::initializer_list<PyObject*> arguments,
                  PyRef* stopped) {
  if (Py_EnterRecursiveCall(" while using a JavaScript object")) return takePythonError();
  auto answer = JsObjects::current().client().ask(op, fieldsOf(self).handle, arguments,
                                                  /*keywords=*/nullptr, stopped);
  Py_LeaveRecursiveCall();
  return answer;
}

PyObject* orRaise(Result<PyRef> result) {
  if (result) return result->release();
  setPythonError(result.error());
  return nullptr;
}

int orRaiseStatus(Result<PyRef> result) {
  if (result) return 0;
  setPythonError(result.error());
  return -1;
}

PyObject* askOrRaise(wire::Op op, PyObject* self, std::initializer_list<PyObject*> arguments) {
  return orRaise(ask(op, self, arguments));
}

Result<PyRef> askMethod(PyObject* self, const char* name, std::span<PyObject* const> arguments) {
  PyRef text = PyRef::steal(PyUnicode_FromString(name));
  if (!text) return takePythonError();
  std::vector<PyObject*> all{text.get()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  if (Py_EnterRecursiveCall(" while calling a JavaScript object")) return takePythonError();
  auto answer =
      JsObjects::current().client().ask(wire::Op::CALL_METHOD, fieldsOf(self).handle, all);
  Py_LeaveRecursiveCall();
  return answer;
}

void release(JsFields& fields) {
  const Handle handle = std::exchange(fields.handle, {});
  if (handle.index != 0 && fields.lender == nullptr) {
    JsObjects& objects = JsObjects::current();
    fields.owner ? objects.retireMethod(handle) : objects.client().release(handle, 1);
  }
  Py_CLEAR(fields.lender);
  Py_CLEAR(fields.owner);
}

int traverse(JsFields& fields, visitproc visit, void* arg) {
  Py_VISIT(fields.owner);
  Py_VISIT(fields.lender);
  return 0;
}

namespace {

JsProxyObject* proxyOf(PyObject* self) { return reinterpret_cast<JsProxyObject*>(self); }

void deallocProxy(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (proxyOf(self)->weakrefs != nullptr) PyObject_ClearWeakRefs(self);
  release(proxyOf(self)->js);
  Py_CLEAR(proxyOf(self)->dict);
  type->tp_free(self);
  Py_DECREF(type);
}

int traverseProxy(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(proxyOf(self)->dict);
  return traverse(proxyOf(self)->js, visit, arg);
}

int clearProxy(PyObject* self) {
  release(proxyOf(self)->js);
  Py_CLEAR(proxyOf(self)->dict);
  return 0;
}

}  // namespace

void addProxyStorage(TypeParts& parts) {
  parts.typeFlags |= Py_TPFLAGS_HAVE_GC;
  parts.slot(Py_tp_dealloc, deallocProxy);
  parts.slot(Py_tp_traverse, traverseProxy);
  parts.slot(Py_tp_clear, clearProxy);
  parts.offset("__dictoffset__", offsetof(JsProxyObject, dict));
  parts.offset("__weaklistoffset__", offsetof(JsProxyObject, weakrefs));
}

Result<PyRef> newProxy(PyTypeObject* type, const JsFields& fields) {
  PyRef object = PyRef::steal(type->tp_alloc(type, 0));
  if (!object) return takePythonError();
  JsProxyObject* proxy = proxyOf(object.get());
  proxy->js = fields;
  proxy->vectorcall = callProxy;
  return object;
}

}  // namespace krait
