#include "kernel/python-error.h"

namespace krait {

namespace {

PyObject* exceptionFor(wire::FailureKind kind) {
  switch (kind) {
    case wire::FailureKind::LIMIT:
      return PyExc_MemoryError;
    case wire::FailureKind::TIMEOUT:
      return PyExc_TimeoutError;
    case wire::FailureKind::INTERRUPTED:
      return PyExc_KeyboardInterrupt;
    case wire::FailureKind::PERMISSION:
      return PyExc_PermissionError;
    case wire::FailureKind::DISCONNECTED:
    case wire::FailureKind::KERNEL_DIED:
      return PyExc_ConnectionError;
    case wire::FailureKind::IO:
      return PyExc_OSError;
    case wire::FailureKind::UNSUPPORTED:
      return PyExc_TypeError;
    case wire::FailureKind::NO_ATTRIBUTE:
      return PyExc_AttributeError;
    case wire::FailureKind::NO_ITEM:
      return PyExc_KeyError;
    case wire::FailureKind::PYTHON:
    case wire::FailureKind::PROTOCOL:
    case wire::FailureKind::FATAL:
      return PyExc_SystemError;
    default:
      return PyExc_RuntimeError;
  }
}

/// The exception's class name without module, as it is spelled in C or Python.
std::string typeNameOfException(PyObject* exception) {
  const std::string name = Py_TYPE(exception)->tp_name;
  return name.substr(name.rfind('.') + 1);
}

}  // namespace

Error takePythonError() {
  PyRef exception = PyRef::steal(PyErr_GetRaisedException());
  if (!exception) {
    PyErr_SetString(PyExc_SystemError, "CPython reported a failure and set no exception");
    exception = PyRef::steal(PyErr_GetRaisedException());
  }
  std::string detail = typeNameOfException(exception.get());
  return {wire::FailureKind::PYTHON, std::move(detail), std::move(exception)};
}

Error recursionError(const char* detail) {
  PyErr_SetString(PyExc_RecursionError, detail);
  Error error = takePythonError();
  error.kind = wire::FailureKind::LIMIT;
  return error;
}

void setPythonError(Error error) {
  if (error.exception) {
    PyErr_SetRaisedException(error.exception.release());
  } else {
    PyErr_SetString(exceptionFor(error.kind), error.detail.c_str());
  }
}

}  // namespace krait
