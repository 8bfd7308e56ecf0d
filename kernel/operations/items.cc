#include "kernel/operations/operation.h"

namespace krait {

Result<Outcome> getItem(Operands& operands) {
  auto key = operands.arguments.next();
  if (!key) return key.error();
  PyObject* item = nullptr;
  // Spares the exception for dicts, which are most of what is asked for keys that may be missing.
  const int found = PyMapping_GetOptionalItem(operands.target, key->get(), &item);
  if (found > 0) return Outcome{PyRef::steal(item)};
  const bool isMissing = found == 0 || PyErr_ExceptionMatches(PyExc_IndexError);
  if (!isMissing) return takePythonError();
  PyErr_Clear();
  return Error{wire::FailureKind::NO_ITEM, "there is no such item"};
}

Result<Outcome> setItem(Operands& operands) {
  auto key = operands.arguments.next();
  if (!key) return key.error();
  auto value = operands.arguments.next();
  if (!value) return value.error();
  return outcomeOfStatus(PyObject_SetItem(operands.target, key->get(), value->get()));
}

Result<Outcome> delItem(Operands& operands) {
  auto key = operands.arguments.next();
  if (!key) return key.error();
  return outcomeOfStatus(PyObject_DelItem(operands.target, key->get()));
}

Result<Outcome> contains(Operands& operands) {
  auto value = operands.arguments.next();
  if (!value) return value.error();
  return outcomeOfAnswer(PySequence_Contains(operands.target, value->get()));
}

Result<Outcome> length(Operands& operands) {
  const Py_ssize_t length = PyObject_Size(operands.target);
  if (length < 0) return takePythonError();
  return outcomeOf(PyLong_FromSsize_t(length));
}

}  // namespace krait
