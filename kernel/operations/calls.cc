#include "kernel/modules.h"
#include "kernel/operations/call-arguments.h"
#include "kernel/operations/operation.h"

namespace krait {

namespace {

/// Whether `callable` is an `async def`, also as a method or behind functools.partial.
bool isCoroutineFunction(PyObject* callable) {
  PyRef partial = importedModule("functools");
  if (partial) partial = PyRef::steal(PyObject_GetAttrString(partial.get(), "partial"));
  if (!partial) PyErr_Clear();
  PyRef function = PyRef::borrow(callable);
  while (partial && reinterpret_cast<PyObject*>(Py_TYPE(function.get())) == partial.get()) {
    function = PyRef::steal(PyObject_GetAttrString(function.get(), "func"));
    if (!function) return PyErr_Clear(), false;
  }
  if (PyMethod_Check(function.get()))
    function = PyRef::borrow(PyMethod_GET_FUNCTION(function.get()));
  if (!PyFunction_Check(function.get())) return false;
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function.get()));
  return (code->co_flags & CO_COROUTINE) != 0;
}

/// What crosses of a call's result.
Result<Outcome> crossing(PyObject* callable, PyRef result) {
  if (!PyCoro_CheckExact(result.get())) return Outcome{std::move(result)};
  auto started = startedCoroutine(callable, std::move(result));
  if (!started) return started.error();
  return Outcome{*std::move(started)};
}

}  // namespace

Result<PyRef> startedCoroutine(PyObject* callable, PyRef coroutine) {
  if (!isCoroutineFunction(callable)) return coroutine;
  auto schedule = moduleAttr("_pyodide._promises", "schedule");
  if (!schedule) return schedule.error();
  PyRef future = PyRef::steal(PyObject_CallOneArg(schedule->get(), coroutine.get()));
  if (!future) return takePythonError();
  return future;
}

Result<Outcome> call(Operands& operands) {
  CallArguments arguments;
  auto read = arguments.read(operands.arguments);
  if (!read) return read.error();
  auto result = arguments.call(operands.target);
  if (!result) return result.error();
  return crossing(operands.target, std::move(*result));
}

Result<Outcome> callMethod(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  return callMethodNamed(operands, name->get());
}

Result<Outcome> callMethodNamed(Operands& operands, PyObject* name) {
  CallArguments arguments;
  auto read = arguments.read(operands.arguments, operands.target);
  if (!read) return read.error();
  auto result = arguments.callMethod(name);
  if (!result) return result.error();
  if (!PyCoro_CheckExact(result->get())) return Outcome{std::move(*result)};
  PyRef method = PyRef::steal(PyObject_GetAttr(operands.target, name));
  if (!method) return PyErr_Clear(), Outcome{std::move(*result)};
  return crossing(method.get(), std::move(*result));
}

Result<Outcome> await(Operands& operands) {
  auto resolve = operands.arguments.next();
  if (!resolve) return resolve.error();
  auto reject = operands.arguments.next();
  if (!reject) return reject.error();
  auto settle = moduleAttr("_pyodide._promises", "settle");
  if (!settle) return settle.error();
  auto isTaskWanted = operands.arguments.optional();
  if (!isTaskWanted) return isTaskWanted.error();
  PyRef task = PyRef::steal(PyObject_CallFunctionObjArgs(settle->get(), operands.target,
                                                         resolve->get(), reject->get(), nullptr));
  if (task && *isTaskWanted) return Outcome{std::move(task)};
  return outcomeOfStatus(task ? 0 : -1);
}

}  // namespace krait
