#include "kernel/interpreter.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "kernel/python-error.h"

using krait::Interpreter;
using krait::InterpreterConfig;
using krait::PyRef;
using krait::wire::FailureKind;

// A process starts CPython once, so the build runs each case in a process of its own.

namespace {

InterpreterConfig configured(std::vector<std::string> args = {}) {
  InterpreterConfig config;
  const char* home = std::getenv("KRAIT_TEST_PYTHONHOME");
  if (home != nullptr) config.home = home;
  config.args = std::move(args);
  config.isolated = std::getenv("PYTHONMALLOC") == nullptr;  // see TestInterpreter
  config.imports = {};
  return config;
}

bool holds(const char* expression) {
  PyRef names = PyRef::steal(PyDict_New());
  PyDict_SetItemString(names.get(), "sys", PyRef::steal(PyImport_ImportModule("sys")).get());
  PyRef value = PyRef::steal(PyRun_String(expression, Py_eval_input, names.get(), names.get()));
  return value && PyObject_IsTrue(value.get()) == 1;
}

}  // namespace

TEST_CASE("kernel/interpreter: without arguments sys.argv is one empty text (JS-loadPyodide.5)") {
  Interpreter interpreter;

  REQUIRE(interpreter.start(configured()));

  CHECK(interpreter.isRunning());
  CHECK(holds("sys.argv == ['']"));
  CHECK(holds("sys.flags.utf8_mode == 1"));
}

TEST_CASE("kernel/interpreter: options apply and the rest is sys.argv (JS-opt-args)") {
  Interpreter interpreter;

  REQUIRE(interpreter.start(configured({"-O", "-X", "dev", "-c", "pass", "one"})));

  CHECK(holds("sys.flags.optimize == 1 and sys.flags.dev_mode"));
  CHECK(holds("sys.argv == ['-c', 'one']"));
}

TEST_CASE("kernel/interpreter: --version ends Python with status 0, an unknown option with 2") {
  Interpreter first;
  auto version = first.start(configured({"--version"}));
  REQUIRE_FALSE(version);
  CHECK(version.error().kind == FailureKind::CANCELED);
  CHECK(first.exitStatus() == 0);
  CHECK_FALSE(first.isRunning());

  Interpreter second;
  REQUIRE_FALSE(second.start(configured({"--no-such-option"})));
  CHECK(second.exitStatus() == 2);
}

TEST_CASE("kernel/interpreter: paths and program are as told") {
  Interpreter interpreter;
  InterpreterConfig config = configured();
  config.executable = "/opt/krait/bin/krait";
  REQUIRE(interpreter.start(config));

  CHECK(holds("sys.executable == '/opt/krait/bin/krait'"));
}

TEST_CASE("kernel/interpreter: a missing standard library is a fatal failure that says so") {
  Interpreter interpreter;
  InterpreterConfig config = configured();
  config.home = "/nowhere";
  config.searchPaths = {"", "/nowhere/lib"};

  auto started = interpreter.start(config);

  REQUIRE_FALSE(started);
  const auto error = started.error();
  CHECK(error.kind == FailureKind::FATAL);
  CHECK(error.detail.find("encoding") != std::string::npos);
  CHECK_FALSE(interpreter.isRunning());
}

TEST_CASE("kernel/interpreter: a missing part of the API is Python's error, and Python runs") {
  Interpreter interpreter;
  InterpreterConfig config = configured();
  config.imports = {"json", "no_such_module"};

  auto started = interpreter.start(config);

  REQUIRE_FALSE(started);
  CHECK(started.error().detail == "ModuleNotFoundError");
  CHECK(interpreter.isRunning());
  CHECK(holds("'json' in sys.modules"));
}

TEST_CASE("kernel/interpreter: a second start is refused") {
  Interpreter first;
  Interpreter second;
  REQUIRE(first.start(configured()));

  CHECK(second.start(configured()).error().kind == FailureKind::UNSUPPORTED);
  CHECK(second.refresh({}).error().kind == FailureKind::UNSUPPORTED);
}

TEST_CASE("kernel/interpreter: refresh does all its steps and leaves sys.path alone") {
  Interpreter interpreter;
  REQUIRE(interpreter.start(configured()));
  PyRef path = PyRef::steal(PySequence_List(PySys_GetObject("path")));

  REQUIRE(interpreter.refresh({.args = {"a.py"},
                               .environment = {{"FRESH", "1"}},
                               .executable = "/bin/krait",
                               .workingFolder = "/"}));

  CHECK(PyObject_RichCompareBool(path.get(), PySys_GetObject("path"), Py_EQ) == 1);
  CHECK(holds("sys.argv == ['a.py'] and sys.executable == '/bin/krait'"));
  CHECK(holds("dict(sys.modules['os'].environ) == {'FRESH': '1'}"));
  CHECK(holds("sys.modules['os'].getcwd() == '/'"));
}
