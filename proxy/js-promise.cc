#include "proxy/js-promise.h"

#include "kernel/modules.h"
#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

PyObject* awaitProxy(PyObject* self) {
  auto future = callPromises("future_of", PyRef::borrow(self));
  if (!future) return orRaise(std::move(future));
  return PyObject_CallMethod(future->get(), "__await__", nullptr);
}

/// The promise that `then` makes is handed on as it is: a JsProxy (JP-await).
PyObject* then(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"onfulfilled", "onrejected", nullptr};
  PyObject* onFulfilled = Py_None;
  PyObject* onRejected = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|OO:then", const_cast<char**>(names),
                                   &onFulfilled, &onRejected)) {
    return nullptr;
  }
  return orRaise(askMethod(self, "then", {onFulfilled, onRejected}));
}

PyObject* catchRejection(PyObject* self, PyObject* onRejected) {
  return orRaise(askMethod(self, "then", {Py_None, onRejected}));
}

PyObject* finallyDo(PyObject* self, PyObject* onFinally) {
  return orRaise(askMethod(self, "finally", {onFinally}));
}

}  // namespace

Result<PyRef> settled(Result<PyRef> answer) {
  if (!answer || !isJs(answer->get())) return answer;
  if ((flagsOf(answer->get()) & bit(wire::TypeFlag::AWAITABLE)) == 0) return answer;
  return callPromises("future_of", *std::move(answer));
}

Result<PyRef> callPromises(const char* function, PyRef argument) {
  auto callable = moduleAttr("_pyodide._promises", function);
  if (!callable) return callable;
  PyRef result = PyRef::steal(PyObject_CallOneArg(callable->get(), argument.get()));
  if (!result) return takePythonError();
  return result;
}

void addAwaitableParts(TypeParts& parts) {
  parts.slot(Py_am_await, awaitProxy);
  parts.method("then", then, METH_VARARGS | METH_KEYWORDS,
               "then($self, onfulfilled=None, onrejected=None)\n--\n\n"
               "The promise for what the handler that fits gives.");
  parts.method("catch", catchRejection, METH_O,
               "catch($self, onrejected, /)\n--\n\nAs `then(None, onrejected)`.");
  parts.method("finally_", finallyDo, METH_O,
               "finally_($self, onfinally, /)\n--\n\n"
               "The promise with the same outcome, after `onfinally` was called.");
}

}  // namespace krait
