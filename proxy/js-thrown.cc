#include "proxy/js-thrown.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

Result<PyRef> exceptionFrom(PyObject* typeOrValue, PyObject* value) {
  if (PyExceptionInstance_Check(typeOrValue)) return PyRef::borrow(typeOrValue);
  if (!PyExceptionClass_Check(typeOrValue)) {
    PyErr_Format(PyExc_TypeError,
                 "exceptions must be classes or instances deriving from BaseException, not %T",
                 typeOrValue);
    return takePythonError();
  }
  if (value && PyExceptionInstance_Check(value)) return PyRef::borrow(value);
  const bool hasValue = value && !Py_IsNone(value);
  PyRef exception = PyRef::steal(hasValue ? PyObject_CallOneArg(typeOrValue, value)
                                          : PyObject_CallNoArgs(typeOrValue));
  if (!exception) return takePythonError();
  return exception;
}

}  // namespace

Result<Thrown> thrownFrom(PyObject* typeOrValue, PyObject* value) {
  auto exception = exceptionFrom(typeOrValue, value);
  if (!exception) return exception.error();
  Thrown thrown;
  thrown.isGeneratorExit = PyErr_GivenExceptionMatches(exception->get(), PyExc_GeneratorExit);
  if (thrown.isGeneratorExit) return thrown;
  if (isJs(exception->get())) {
    thrown.arguments.push_back(*std::move(exception));
    return thrown;
  }
  Failure failure = JsObjects::current().lastError().report(
      {wire::FailureKind::PYTHON, "", *std::move(exception)});
  PyRef serial = PyRef::steal(PyLong_FromUnsignedLong(failure.serial));
  if (!serial) return takePythonError();
  for (PyRef* part : {&failure.typeName, &failure.message, &serial}) {
    thrown.arguments.push_back(*part ? std::move(*part) : PyRef::borrow(Py_None));
  }
  return thrown;
}

}  // namespace krait
