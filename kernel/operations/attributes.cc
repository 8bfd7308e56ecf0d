#include "kernel/operations/operation.h"

namespace krait {

namespace {

/// Told without an exception, since clients ask for attributes that are not there all the time
/// (PX-attr).
Error noAttribute(PyObject* target, PyObject* name) {
  const char* text = PyUnicode_AsUTF8(name);
  if (text == nullptr) PyErr_Clear();
  return {wire::FailureKind::NO_ATTRIBUTE, std::string("'") + Py_TYPE(target)->tp_name +
                                               "' object has no attribute '" +
                                               (text != nullptr ? text : "?") + "'"};
}

}  // namespace

Result<PyRef> attributeOf(PyObject* target, PyObject* name) {
  PyObject* value = nullptr;
  const int found = PyObject_GetOptionalAttr(target, name, &value);
  if (found < 0) return takePythonError();
  if (found == 0) return noAttribute(target, name);
  return PyRef::steal(value);
}

Result<Outcome> getAttr(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  auto value = attributeOf(operands.target, name->get());
  if (!value) return value.error();
  return Outcome{*std::move(value)};
}

Result<Outcome> setAttr(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  auto value = operands.arguments.next();
  if (!value) return value.error();
  return outcomeOfStatus(PyObject_SetAttr(operands.target, name->get(), value->get()));
}

Result<Outcome> delAttr(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  return outcomeOfStatus(PyObject_DelAttr(operands.target, name->get()));
}

Result<Outcome> hasAttr(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  const int found = PyObject_HasAttrWithError(operands.target, name->get());
  if (found < 0) PyErr_Clear();  // an exception inside a property counts as absence (PX-attr.in)
  return outcomeOfAnswer(found > 0);
}

Result<Outcome> dir(Operands& operands) { return outcomeOf(PyObject_Dir(operands.target)); }

}  // namespace krait
