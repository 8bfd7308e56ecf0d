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

/// PX-coroutine: what an `async def` gives to the client runs at once, so that it is a future that
/// crosses.
Result<Outcome> scheduled(PyRef coroutine) {
  auto schedule = moduleAttr("_pyodide._promises", "schedule");
  if (!schedule) return schedule.error();
  return outcomeOf(PyObject_CallOneArg(schedule->get(), coroutine.get()));
}

}  // namespace

Result<Outcome> call(Operands& operands) {
  CallArguments arguments;
  auto read = arguments.read(operands.arguments);
  if (!read) return read.error();
  auto result = arguments.call(operands.target);
  if (!result) return result.error();
  const bool isStarted = PyCoro_CheckExact(result->get()) && isCoroutineFunction(operands.target);
  if (isStarted) return scheduled(std::move(*result));
  return Outcome{std::move(*result)};
}

Result<Outcome> callMethod(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  CallArguments arguments;
  auto read = arguments.read(operands.arguments, operands.target);
  if (!read) return read.error();
  auto result = arguments.callMethod(name->get());
  if (!result) return result.error();
  if (!PyCoro_CheckExact(result->get())) return Outcome{std::move(*result)};
  PyRef method = PyRef::steal(PyObject_GetAttr(operands.target, name->get()));
  if (!method) PyErr_Clear();
  if (method && isCoroutineFunction(method.get())) return scheduled(std::move(*result));
  return Outcome{std::move(*result)};
}

Result<Outcome> await(Operands& operands) {
  auto resolve = operands.arguments.next();
  if (!resolve) return resolve.error();
  auto reject = operands.arguments.next();
  if (!reject) return reject.error();
  auto settle = moduleAttr("_pyodide._promises", "settle");
  if (!settle) return settle.error();
  PyRef settled = PyRef::steal(PyObject_CallFunctionObjArgs(
      settle->get(), operands.target, resolve->get(), reject->get(), nullptr));
  return outcomeOfStatus(settled ? 0 : -1);
}

}  // namespace krait
