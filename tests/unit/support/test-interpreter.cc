#include "tests/unit/support/test-interpreter.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "kernel/interpreter.h"
#include "kernel/python-error.h"

namespace krait::test {

namespace {

std::string environmentOr(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

Result<void> startInterpreter(Interpreter& interpreter) {
  InterpreterConfig config;
  config.home = environmentOr("KRAIT_TEST_PYTHONHOME", "");
  // Under the address sanitizer PYTHONMALLOC=malloc is set, which only a start that reads the
  // environment follows.
  config.isolated = std::getenv("PYTHONMALLOC") == nullptr;
  config.imports = {};
  auto started = interpreter.start(config);
  if (!started) return started;
  PyRef folder = PyRef::steal(
      PyUnicode_FromString(environmentOr("KRAIT_TEST_PYTHONPATH", KRAIT_TEST_PYTHONPATH).c_str()));
  PyList_Insert(PySys_GetObject("path"), 0, folder.get());
  return started;
}

}  // namespace

TestInterpreter::TestInterpreter() : names_() {
  static Interpreter interpreter;
  if (!interpreter.isRunning()) {
    auto started = startInterpreter(interpreter);
    if (!started) FAIL(started.error().detail);
  }
  names_ = PyRef::steal(PyDict_New());
  PyDict_SetItemString(names_.get(), "__builtins__", PyEval_GetBuiltins());
}

TestInterpreter::~TestInterpreter() {
  const bool isClean = PyErr_Occurred() == nullptr;
  if (!isClean) PyErr_Print();
  CHECK_MESSAGE(isClean, "an exception was left pending");
}

PyRef TestInterpreter::evaluate(const std::string& expression) {
  return execute(expression, Py_eval_input);
}

void TestInterpreter::run(const std::string& statements) { execute(statements, Py_file_input); }

bool TestInterpreter::holds(const std::string& expression) {
  return PyObject_IsTrue(evaluate(expression).get()) == 1;
}

void TestInterpreter::set(const char* name, PyObject* value) {
  PyDict_SetItemString(names_.get(), name, value);
}

PyRef TestInterpreter::execute(const std::string& source, int start) {
  PyRef value = PyRef::steal(PyRun_String(source.c_str(), start, names_.get(), names_.get()));
  if (!value) {
    LastError lastError;
    FAIL(textOf(lastError.report(takePythonError()).message.get()));
  }
  return value;
}

std::string textOf(PyObject* str) {
  if (str == nullptr) return "";
  PyRef bytes = PyRef::steal(PyUnicode_AsEncodedString(str, "utf-8", "backslashreplace"));
  return {PyBytes_AS_STRING(bytes.get()), static_cast<size_t>(PyBytes_GET_SIZE(bytes.get()))};
}

}  // namespace krait::test
