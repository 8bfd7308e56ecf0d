#pragma once

#include <Python.h>

#include <initializer_list>
#include <span>

#include "kernel/base/handle.h"
#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// What every Python view of a JavaScript object holds.
struct JsFields {
  Handle
      handle;  // one reference of the client's object, given back by the end; none while index is 0
  uint32_t flags;    // bits of TypeFlag, those of the class
  PyObject* owner;   // null, or `this` of the function (JP-getattr.method)
  PyObject* lender;  // null, or the proxy that the handle belongs to; then nothing is given back
};

struct JsProxyObject {
  PyObject ob_base;
  JsFields js;
  vectorcallfunc vectorcall;
  PyObject* dict;  // names that are kept on the Python side (JP-setattr.module); null while there
                   // are none
  PyObject* weakrefs;
};

struct JsExceptionObject {
  PyBaseExceptionObject base;
  JsFields js;
  bool hasJsFrames;  // its traceback ends with them
};

/// The fields of a JsProxy or JsException.
inline JsFields& fieldsOf(PyObject* self) {
  if (PyExceptionInstance_Check(self)) return reinterpret_cast<JsExceptionObject*>(self)->js;
  return reinterpret_cast<JsProxyObject*>(self)->js;
}

/// Whether `object` is a Python view of a JavaScript object.
bool isJs(PyObject* object);
/// Whether it is one of a function, and so may have an owner.
bool isFunction(PyObject* object);
/// The TypeFlag bits of its class.
inline uint32_t flagsOf(PyObject* self) { return fieldsOf(self).flags; }

/// Asks `op` of the object behind `self`, counted by Python's recursion limit (CL-recursion). See
/// `Client::ask`.
Result<PyRef> ask(wire::Op op, PyObject* self, std::initializer_list<PyObject*> arguments = {},
                  PyRef* stopped = nullptr);
/// The value, or null with the error raised.
PyObject* orRaise(Result<PyRef> result);
/// 0, or -1 with the error raised.
int orRaiseStatus(Result<PyRef> result);
/// `ask` for slots of CPython: the value, or null with the error raised.
PyObject* askOrRaise(wire::Op op, PyObject* self, std::initializer_list<PyObject*> arguments = {});
/// Calls a method of the object by its JavaScript name.
Result<PyRef> askMethod(PyObject* self, const char* name, std::span<PyObject* const> arguments);
inline Result<PyRef> askMethod(PyObject* self, const char* name,
                               std::initializer_list<PyObject*> arguments) {
  return askMethod(self, name, std::span(arguments.begin(), arguments.size()));
}

/// Gives back the handle and drops the references.
void release(JsFields& fields);
int traverse(JsFields& fields, visitproc visit, void* arg);

/// Slots of every class (JP section 5.1).
void addObjectParts(TypeParts& parts);
/// As above, for what is no exception.
void addProxyParts(TypeParts& parts);
void addAttributeParts(TypeParts& parts);

/// The storage of proxies: life and end. Exceptions have their own in js-exception.h.
void addProxyStorage(TypeParts& parts);
Result<PyRef> newProxy(PyTypeObject* type, const JsFields& fields);

}  // namespace krait
