#include <array>
#include <string_view>

#include "kernel/operations/call-arguments.h"
#include "kernel/operations/operation.h"
#include "kernel/type-flags.h"

namespace krait {

namespace {

/// A method of sync proxies that one operation is, for objects of types with `flag` (PX-present).
struct Method {
  std::string_view name;
  wire::TypeFlag flag;
  Operation run;
};

constexpr std::array<Method, 5> kMethods = {{{"get", wire::TypeFlag::HAS_GET, getItem},
                                             {"set", wire::TypeFlag::HAS_SET, setItem},
                                             {"delete", wire::TypeFlag::HAS_SET, delItem},
                                             {"has", wire::TypeFlag::HAS_CONTAINS, contains},
                                             {"includes", wire::TypeFlag::SEQUENCE, contains}}};

bool isNamed(PyObject* name, std::string_view text) {
  return PyUnicode_EqualToUTF8AndSize(name, text.data(), static_cast<Py_ssize_t>(text.size())) != 0;
}

bool hasFlag(PyObject* target, wire::TypeFlag flag) {
  const auto flags = typeFlagsOf(target);
  return flags && (*flags & bit(flag)) != 0;
}

/// The number that a name spells as an array index does; empty when it spells none.
PyRef indexIn(PyObject* name) {
  constexpr Py_ssize_t kMaxDigits = 10;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(name);
  if (length == 0 || length > kMaxDigits) return {};
  long long index = 0;
  for (Py_ssize_t i = 0; i < length; i++) {
    const Py_UCS4 digit = PyUnicode_READ_CHAR(name, i);
    if (digit < '0' || digit > '9' || (digit == '0' && i == 0 && length > 1)) return {};
    index = index * 10 + (digit - '0');
  }
  return PyRef::steal(PyLong_FromLongLong(index));
}

/// The item that a name means on a sequence; empty when it means none.
PyRef positionIn(PyObject* target, PyObject* name) {
  PyRef index = indexIn(name);
  return index && hasFlag(target, wire::TypeFlag::SEQUENCE) ? std::move(index) : PyRef();
}

/// The item that `key` names, or `noAttribute`: it was asked for as a member.
Result<PyRef> itemAt(PyObject* target, PyObject* key) {
  PyObject* item = nullptr;
  const int found = PyMapping_GetOptionalItem(target, key, &item);
  if (found > 0) return PyRef::steal(item);
  if (found < 0 && !PyErr_ExceptionMatches(PyExc_IndexError)) return takePythonError();
  PyErr_Clear();
  return Error{wire::FailureKind::NO_ATTRIBUTE, "there is no such item"};
}

/// The key of a dict that a name means when no attribute has it: the text, or the number that it
/// spells; empty when the dict has neither.
Result<PyRef> keyIn(PyObject* dict, PyObject* name) {
  const int found = PyDict_Contains(dict, name);
  if (found < 0) return takePythonError();
  if (found > 0) return PyRef::borrow(name);
  PyRef index = indexIn(name);
  if (!index) return PyRef();
  const int foundIndex = PyDict_Contains(dict, index.get());
  if (foundIndex < 0) return takePythonError();
  return foundIndex > 0 ? std::move(index) : PyRef();
}

/// Whether the name is one of an item of the dict `target` rather than of an attribute.
bool isItemOfDict(PyObject* target, PyObject* name) {
  if (!PyDict_CheckExact(target)) return false;
  const int found = PyObject_HasAttrWithError(target, name);
  if (found < 0) PyErr_Clear();
  return found == 0;
}

/// Null when the target's proxy has no such method.
Operation methodOf(PyObject* target, PyObject* name) {
  for (const Method& method : kMethods) {
    if (isNamed(name, method.name)) return hasFlag(target, method.flag) ? method.run : nullptr;
  }
  return nullptr;
}

}  // namespace

Result<PyRef> memberOf(PyObject* target, PyObject* name) {
  if (const PyRef index = positionIn(target, name)) return itemAt(target, index.get());
  if (isNamed(name, "length") && hasFlag(target, wire::TypeFlag::HAS_LENGTH)) {
    const Py_ssize_t length = PyObject_Size(target);
    if (length < 0) return takePythonError();
    return PyRef::steal(PyLong_FromSsize_t(length));
  }
  if (!isItemOfDict(target, name)) return attributeOf(target, name);
  auto key = keyIn(target, name);
  if (!key) return key.error();
  return *key ? itemAt(target, key->get()) : attributeOf(target, name);
}

Result<Outcome> getMember(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  auto value = memberOf(operands.target, name->get());
  if (!value) return value.error();
  return Outcome{*std::move(value)};
}

Result<Outcome> setMember(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  auto value = operands.arguments.next();
  if (!value) return value.error();
  PyRef key = positionIn(operands.target, name->get());
  if (!key && isItemOfDict(operands.target, name->get())) {
    auto known = keyIn(operands.target, name->get());
    if (!known) return known.error();
    PyRef index = indexIn(name->get());
    key = *known ? *std::move(known) : index ? std::move(index) : name->dup();
  }
  if (!key) return outcomeOfStatus(PyObject_SetAttr(operands.target, name->get(), value->get()));
  return outcomeOfStatus(PyObject_SetItem(operands.target, key.get(), value->get()));
}

Result<Outcome> delMember(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  PyRef key = positionIn(operands.target, name->get());
  if (!key && isItemOfDict(operands.target, name->get())) {
    auto known = keyIn(operands.target, name->get());
    if (!known) return known.error();
    key = *std::move(known);
  }
  if (!key) return outcomeOfStatus(PyObject_DelAttr(operands.target, name->get()));
  return outcomeOfStatus(PyObject_DelItem(operands.target, key.get()));
}

Result<Outcome> callMember(Operands& operands) {
  auto name = operands.arguments.name();
  if (!name) return name.error();
  if (const Operation method = methodOf(operands.target, name->get())) return method(operands);
  const bool isItem =
      positionIn(operands.target, name->get()) || isItemOfDict(operands.target, name->get());
  if (!isItem) return callMethodNamed(operands, name->get());
  auto callable = memberOf(operands.target, name->get());
  if (!callable) return callable.error();
  Operands ofItem{callable->get(), operands.arguments, operands.conversion, operands.views};
  return call(ofItem);
}

}  // namespace krait
