#include <string>

#include "kernel/modules.h"
#include "kernel/operations/call-arguments.h"
#include "kernel/operations/operation.h"

namespace krait {

namespace {

Result<Outcome> evaluate(Operands& operands, const char* function) {
  auto evaluator = moduleAttr("pyodide.code", function);
  if (!evaluator) return evaluator.error();
  CallArguments arguments;
  auto read = arguments.read(operands.arguments);
  if (!read) return read.error();
  auto result = arguments.call(evaluator->get());
  if (!result) return result.error();
  return Outcome{std::move(*result)};
}

}  // namespace

/// JS-pyimport: of a dotted name the attribute of the parent, or else the submodule.
Result<Outcome> importModule(Operands& operands) {
  auto text = operands.arguments.name();
  if (!text) return text.error();
  const char* utf8 = PyUnicode_AsUTF8(text->get());
  if (utf8 == nullptr) return takePythonError();
  const std::string name = utf8;
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return outcomeOf(PyImport_ImportModule(name.c_str()));
  PyRef parent = PyRef::steal(PyImport_ImportModule(name.substr(0, dot).c_str()));
  if (!parent) return takePythonError();
  PyObject* attribute = nullptr;
  const int found =
      PyObject_GetOptionalAttrString(parent.get(), name.c_str() + dot + 1, &attribute);
  if (found < 0) return takePythonError();
  if (found > 0) return Outcome{PyRef::steal(attribute)};
  return outcomeOf(PyImport_ImportModule(name.c_str()));
}

Result<Outcome> eval(Operands& operands) { return evaluate(operands, "eval_code"); }

Result<Outcome> evalAsync(Operands& operands) { return evaluate(operands, "eval_code_async"); }

}  // namespace krait
