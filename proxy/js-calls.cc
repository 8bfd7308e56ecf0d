#include "proxy/js-calls.h"

#include <span>
#include <vector>

#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-objects.h"
#include "proxy/js-promise.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

/// The keyword arguments of a vectorcall as a dict; empty when there are none.
Result<PyRef> keywordDict(PyObject* const* values, PyObject* names) {
  if (names == nullptr || PyTuple_GET_SIZE(names) == 0) return PyRef();
  PyRef keywords = PyRef::steal(PyDict_New());
  if (!keywords) return takePythonError();
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(names, i), values[i]) < 0) {
      return takePythonError();
    }
  }
  return keywords;
}

Result<PyRef> askCall(wire::Op op, PyObject* self, std::span<PyObject* const> arguments,
                      PyObject* const* keywordValues, PyObject* keywordNames) {
  auto keywords = keywordDict(keywordValues, keywordNames);
  if (!keywords) return keywords;
  if (Py_EnterRecursiveCall(" while calling a JavaScript object")) return takePythonError();
  auto answer =
      JsObjects::current().client().ask(op, fieldsOf(self).handle, arguments, keywords->get());
  Py_LeaveRecursiveCall();
  return answer;
}

PyObject* construct(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                    PyObject* keywordNames) {
  const std::span positional(arguments, static_cast<size_t>(count));
  return orRaise(askCall(wire::Op::CONSTRUCT, self, positional, arguments + count, keywordNames));
}

/// JP-callable.descr: a function in a Python class gets the instance as `this`.
PyObject* bindToInstance(PyObject* self, PyObject* instance, PyObject*) {
  if (instance == nullptr || Py_IsNone(instance)) return Py_NewRef(self);
  return orRaise(JsObjects::current().bind(self, instance));
}

}  // namespace

PyObject* callProxy(PyObject* self, PyObject* const* arguments, size_t countAndFlag,
                    PyObject* keywordNames) {
  const auto count = static_cast<size_t>(PyVectorcall_NARGS(countAndFlag));
  const std::span positional(arguments, count);
  PyObject* const* keywordValues = arguments + count;
  PyObject* owner = fieldsOf(self).owner;
  if (keywordNames == nullptr && owner == nullptr) {
    PyObject* result = nullptr;
    if (Py_EnterRecursiveCall(" while calling a JavaScript object")) return nullptr;
    const bool isCalled = JsObjects::current().client().callQuickly(
        fieldsOf(self).handle, positional, /*isBound=*/false, result);
    Py_LeaveRecursiveCall();
    if (isCalled)
      return result == nullptr || !isJs(result) ? result : orRaise(settled(PyRef::steal(result)));
  }
  if (owner == nullptr) {
    return orRaise(settled(askCall(wire::Op::CALL, self, positional, keywordValues, keywordNames)));
  }
  std::vector<PyObject*> bound{owner};
  bound.insert(bound.end(), positional.begin(), positional.end());
  return orRaise(settled(askCall(wire::Op::CALL_BOUND, self, bound, keywordValues, keywordNames)));
}

void addCallableParts(TypeParts& parts) {
  parts.typeFlags |= Py_TPFLAGS_HAVE_VECTORCALL;
  parts.offset("__vectorcalloffset__", offsetof(JsProxyObject, vectorcall));
  parts.slot(Py_tp_call, PyVectorcall_Call);
  parts.slot(Py_tp_descr_get, bindToInstance);
  parts.method(
      "new", construct, METH_FASTCALL | METH_KEYWORDS,
      "new($self, /, *args, **kwargs)\n--\n\nConstructs an object, as JavaScript's `new`.");
}

}  // namespace krait
