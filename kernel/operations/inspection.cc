#include <array>
#include <string_view>

#include "kernel/memory-usage.h"
#include "kernel/modules.h"
#include "kernel/operations/operation.h"
#include "kernel/type-flags.h"

namespace krait {

namespace {

Result<int> comparison(PyObject* text) {
  static constexpr std::array<std::pair<std::string_view, int>, 6> operators = {
      {{"<", Py_LT}, {"<=", Py_LE}, {"==", Py_EQ}, {"!=", Py_NE}, {">", Py_GT}, {">=", Py_GE}}};
  for (const auto& [spelling, number] : operators) {
    if (PyUnicode_EqualToUTF8AndSize(text, spelling.data(),
                                     static_cast<Py_ssize_t>(spelling.size()))) {
      return number;
    }
  }
  return Error{wire::FailureKind::PROTOCOL, "an unknown comparison operator"};
}

Result<Outcome> outcomeOfResult(Result<PyRef> result) {
  if (!result) return result.error();
  return Outcome{std::move(*result)};
}

/// Adds the row of one object to the list of its type.
Result<void> list(PyObject* byType, Handle handle, PyObject* object) {
  auto name = typeNameOf(object);
  if (!name) return name.error();
  PyRef none = PyRef::steal(PyList_New(0));
  PyRef index = PyRef::steal(PyLong_FromUnsignedLong(handle.index));
  if (!none || !index) return takePythonError();
  PyObject* rows = PyDict_SetDefault(byType, name->get(), none.get());
  if (rows == nullptr || PyList_Append(rows, index.get()) < 0) return takePythonError();
  return {};
}

/// Sizes in bytes, and how many blocks Python's own allocator has handed out.
PyRef describe(const MemoryUsage& usage, Py_ssize_t pythonBlocks) {
  return PyRef::steal(Py_BuildValue(
      "{s:K,s:K,s:n}", "totalBytes", static_cast<unsigned long long>(usage.totalBytes), "usedBytes",
      static_cast<unsigned long long>(usage.usedBytes), "pythonBlocks", pythonBlocks));
}

Result<Py_ssize_t> pythonBlocks() {
  auto count = moduleAttr("sys", "getallocatedblocks");
  if (!count) return count.error();
  PyRef blocks = PyRef::steal(PyObject_CallNoArgs(count->get()));
  if (!blocks) return takePythonError();
  return PyLong_AsSsize_t(blocks.get());
}

}  // namespace

Result<Outcome> truth(Operands& operands) {
  return outcomeOfAnswer(PyObject_IsTrue(operands.target));
}

Result<Outcome> repr(Operands& operands) { return outcomeOf(PyObject_Repr(operands.target)); }

Result<Outcome> str(Operands& operands) { return outcomeOf(PyObject_Str(operands.target)); }

Result<Outcome> typeName(Operands& operands) {
  return outcomeOfResult(typeNameOf(operands.target));
}

Result<Outcome> hash(Operands& operands) {
  const Py_hash_t hash = PyObject_Hash(operands.target);
  if (hash == -1) return takePythonError();
  return outcomeOf(PyLong_FromSsize_t(hash));
}

Result<Outcome> compare(Operands& operands) {
  auto value = operands.arguments.next();
  if (!value) return value.error();
  auto spelling = operands.arguments.name();
  if (!spelling) return spelling.error();
  auto number = comparison(spelling->get());
  if (!number) return number.error();
  return outcomeOf(PyObject_RichCompare(operands.target, value->get(), *number));
}

Result<Outcome> isInstance(Operands& operands) {
  auto type = operands.arguments.next();
  if (!type) return type.error();
  return outcomeOfAnswer(PyObject_IsInstance(operands.target, type->get()));
}

Result<Outcome> identity(Operands& operands) {
  return outcomeOf(PyLong_FromVoidPtr(operands.target));
}

Result<Outcome> flags(Operands& operands) {
  auto flags = typeFlagsOf(operands.target);
  if (!flags) return flags.error();
  return outcomeOf(PyLong_FromUnsignedLong(*flags));
}

Result<Outcome> stats(Operands& operands) {
  PyRef byType = PyRef::steal(PyDict_New());
  if (!byType) return takePythonError();
  Result<void> listed;
  operands.conversion.table().forEach([&](Handle handle, PyObject* object, uint32_t) {
    if (listed) listed = list(byType.get(), handle, object);
  });
  if (!listed) return listed.error();
  auto dumps = moduleAttr("json", "dumps");
  if (!dumps) return dumps.error();
  auto blocks = pythonBlocks();
  if (!blocks) return blocks.error();
  PyRef memory = describe(memoryUsage(), *blocks);
  if (!memory) return takePythonError();
  PyRef report = PyRef::steal(Py_BuildValue("{s:n,s:O,s:O}", "bufferViews",
                                            static_cast<Py_ssize_t>(operands.views.size()),
                                            "handles", byType.get(), "memory", memory.get()));
  if (!report) return takePythonError();
  return outcomeOf(PyObject_CallOneArg(dumps->get(), report.get()));
}

}  // namespace krait
