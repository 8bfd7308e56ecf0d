#include <algorithm>

#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"
#include "proxy/reserved-words.h"

namespace krait {

namespace {

bool hasName(PyObject* name, const char* text) { return PyUnicode_EqualToUTF8(name, text); }

bool isSpecial(PyObject* name) {
  const Py_ssize_t length = PyUnicode_GET_LENGTH(name);
  auto isUnderscore = [&](Py_ssize_t at) { return PyUnicode_READ_CHAR(name, at) == '_'; };
  return length > 4 && isUnderscore(0) && isUnderscore(1) && isUnderscore(length - 1) &&
         isUnderscore(length - 2);
}

/// JP-setattr.module, IM-star, and what Python's machinery keeps on exceptions: names that never
/// reach the JavaScript object.
bool staysInPython(PyObject* self, PyObject* name) {
  if (!isSpecial(name)) return false;
  if (PyExceptionInstance_Check(self)) return true;
  constexpr const char* kModuleNames[] = {"__all__",     "__loader__", "__name__",
                                          "__package__", "__path__",   "__spec__"};
  return std::ranges::any_of(kModuleNames, [&](const char* text) { return hasName(name, text); });
}

/// JP-getattr.keys
bool isHidden(PyObject* self, PyObject* name) {
  constexpr uint32_t kArrays = bit(wire::TypeFlag::JS_ARRAY) | bit(wire::TypeFlag::JS_TYPED_ARRAY);
  return (flagsOf(self) & kArrays) != 0 && hasName(name, "keys");
}

PyObject* missing(PyObject* name) {
  return PyErr_Format(PyExc_AttributeError, "the JavaScript object has no property '%U'", name);
}

/// JP-getattr.method. A value that was just wrapped is nobody else's, so it can be changed.
void rememberOwner(PyObject* value, PyObject* owner) {
  if (isFunction(value) && !fieldsOf(value).owner) fieldsOf(value).owner = Py_NewRef(owner);
}

PyObject* getAttribute(PyObject* self, PyObject* name) {
  if (!PyUnicode_Check(name)) return PyObject_GenericGetAttr(self, name);
  PyObject* own = _PyObject_GenericGetAttrWithDict(self, name, nullptr, /*suppress=*/1);
  if (own != nullptr || PyErr_Occurred()) return own;
  if (staysInPython(self, name) || isHidden(self, name)) return missing(name);

  auto jsName = javaScriptName(name);
  if (!jsName) return orRaise(std::move(jsName));
  auto value = ask(wire::Op::GET_ATTR, self, {jsName->get()});
  if (!value) {
    Error error = value.error();
    if (error.kind == wire::FailureKind::NO_ATTRIBUTE) return missing(name);
    setPythonError(std::move(error));
    return nullptr;
  }
  rememberOwner(value->get(), self);
  return value->release();
}

int setAttribute(PyObject* self, PyObject* name, PyObject* value) {
  if (!PyUnicode_Check(name) || staysInPython(self, name)) {
    return PyObject_GenericSetAttr(self, name, value);
  }
  auto jsName = javaScriptName(name);
  if (!jsName) return orRaiseStatus(std::move(jsName));
  if (value == nullptr) return orRaiseStatus(ask(wire::Op::DEL_ATTR, self, {jsName->get()}));
  return orRaiseStatus(ask(wire::Op::SET_ATTR, self, {jsName->get(), value}));
}

/// Adds the property names that can be written after a dot to the set `names` (JP-dir).
Result<void> addPropertyNames(PyObject* names, PyObject* properties) {
  PyRef iterator = PyRef::steal(PyObject_GetIter(properties));
  if (!iterator) return takePythonError();
  while (PyRef property = PyRef::steal(PyIter_Next(iterator.get()))) {
    if (!PyUnicode_Check(property.get()) || PyUnicode_GET_LENGTH(property.get()) == 0) continue;
    if (Py_UNICODE_ISDIGIT(PyUnicode_READ_CHAR(property.get(), 0))) continue;
    auto name = pythonName(property.get());
    if (!name) return name.error();
    if (PySet_Add(names, name->get()) < 0) return takePythonError();
  }
  if (PyErr_Occurred()) return takePythonError();
  return {};
}

Result<PyRef> attributeNames(PyObject* self) {
  PyRef own = PyRef::steal(
      PyObject_CallMethod(reinterpret_cast<PyObject*>(&PyBaseObject_Type), "__dir__", "O", self));
  PyRef names = own ? PyRef::steal(PySet_New(own.get())) : PyRef();
  if (!names) return takePythonError();
  auto properties = ask(wire::Op::DIR, self);
  if (!properties) return properties;
  if (auto added = addPropertyNames(names.get(), properties->get()); !added) return added.error();
  PyRef sorted = PyRef::steal(PySequence_List(names.get()));
  if (!sorted || PyList_Sort(sorted.get()) < 0) return takePythonError();
  return sorted;
}

PyObject* dir(PyObject* self, PyObject*) { return orRaise(attributeNames(self)); }

}  // namespace

void addAttributeParts(TypeParts& parts) {
  parts.slot(Py_tp_getattro, getAttribute);
  parts.slot(Py_tp_setattro, setAttribute);
  parts.method("__dir__", dir, METH_NOARGS,
               "__dir__($self)\n--\n\nPython members and JavaScript properties, sorted.");
}

}  // namespace krait
