#include "proxy/js-items.h"

#include "kernel/python-error.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

constexpr long long kMaxLength = INT32_MAX;

/// A miss raises KeyError with the key; other failures as they are.
void raiseForKey(Error error, PyObject* key) {
  if (error.kind != wire::FailureKind::NO_ITEM) return setPythonError(std::move(error));
  // A tuple alone would be taken for the arguments of KeyError.
  PyRef arguments = PyRef::steal(PyTuple_Pack(1, key));
  if (arguments) PyErr_SetObject(PyExc_KeyError, arguments.get());
}

PyObject* getItem(PyObject* self, PyObject* key) {
  auto value = ask(wire::Op::GET_ITEM, self, {key});
  if (value) return value->release();
  raiseForKey(value.error(), key);
  return nullptr;
}

int setItem(PyObject* self, PyObject* key, PyObject* value) {
  if (value != nullptr) return orRaiseStatus(ask(wire::Op::SET_ITEM, self, {key, value}));
  auto deleted = ask(wire::Op::DEL_ITEM, self, {key});
  if (deleted) return 0;
  raiseForKey(deleted.error(), key);
  return -1;
}

int contains(PyObject* self, PyObject* value) {
  auto answer = ask(wire::Op::CONTAINS, self, {value});
  if (!answer) return orRaiseStatus(std::move(answer));
  return PyObject_IsTrue(answer->get());
}

}  // namespace

Py_ssize_t lengthOf(PyObject* self) {
  auto answer = ask(wire::Op::LENGTH, self);
  if (!answer) return orRaiseStatus(std::move(answer));
  PyObject* number = answer->get();
  if (!PyLong_Check(number) || PyBool_Check(number)) {
    PyErr_SetString(PyExc_TypeError, "object does not have a valid length");
    return -1;
  }
  int overflow = 0;
  const long long length = PyLong_AsLongLongAndOverflow(number, &overflow);
  if (length < 0 && overflow <= 0) {
    PyErr_Format(PyExc_ValueError, "length %S of object is negative", number);
    return -1;
  }
  if (overflow > 0 || length > kMaxLength) {
    PyErr_Format(PyExc_OverflowError, "length %S of object is larger than %lld", number,
                 kMaxLength);
    return -1;
  }
  return static_cast<Py_ssize_t>(length);
}

void addLengthParts(TypeParts& parts) {
  parts.slot(Py_mp_length, lengthOf);
  parts.slot(Py_sq_length, lengthOf);
}

void addContainsParts(TypeParts& parts) { parts.slot(Py_sq_contains, contains); }

void addGetParts(TypeParts& parts) { parts.slot(Py_mp_subscript, getItem); }

void addSetParts(TypeParts& parts) { parts.slot(Py_mp_ass_subscript, setItem); }

}  // namespace krait
