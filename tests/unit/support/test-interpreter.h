#pragma once

#include <string>

#include "kernel/base/result.h"

namespace krait::test {

/// CPython for a test. It is started by the first test that needs it and serves all others, since a
/// process starts it once. Ends with a check that no exception is left pending.
///
/// `KRAIT_TEST_PYTHONHOME` in the environment says where the standard library is (`sys.prefix`);
/// without it CPython finds its own. `KRAIT_TEST_PYTHONPATH` says where the Python half of the API
/// is; without it, in the source tree.
class TestInterpreter {
 public:
  TestInterpreter();
  TestInterpreter(const TestInterpreter&) = delete;
  TestInterpreter& operator=(const TestInterpreter&) = delete;
  ~TestInterpreter();

  /// The value of an expression, in a namespace that the `run` of this object fills. Fails the test
  /// on an exception.
  PyRef evaluate(const std::string& expression);
  /// Runs statements. Fails the test on an exception.
  void run(const std::string& statements);
  /// Whether an expression is true.
  bool holds(const std::string& expression);
  /// Binds a name for `evaluate` and `run`.
  void set(const char* name, PyObject* value);

 private:
  PyRef execute(const std::string& source, int start);

  PyRef names_;
};

/// The text of a `str`, as UTF-8; lone surrogates are backslashed.
std::string textOf(PyObject* str);

}  // namespace krait::test
