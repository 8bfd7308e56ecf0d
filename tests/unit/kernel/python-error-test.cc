#include "kernel/python-error.h"

#include <doctest/doctest.h>

#include "tests/unit/support/test-interpreter.h"

using krait::Error;
using krait::Failure;
using krait::LastError;
using krait::PyRef;
using krait::recursionError;
using krait::setPythonError;
using krait::takePythonError;
using krait::test::TestInterpreter;
using krait::test::textOf;
using krait::wire::FailureKind;

namespace {

Error raised(TestInterpreter& python, const std::string& statements) {
  python.set("source", PyRef::steal(PyUnicode_FromString(statements.c_str())).get());
  PyRef code = python.evaluate("compile(source, '<test>', 'exec')");
  PyRef names = python.evaluate("{'__name__': '__main__'}");
  PyRef done = PyRef::steal(PyEval_EvalCode(code.get(), names.get(), names.get()));
  REQUIRE_FALSE(done);
  return takePythonError();
}

}  // namespace

TEST_CASE("kernel/python-error: an exception is kept itself and nothing stays pending") {
  TestInterpreter python;

  Error error = raised(python, "raise KeyError('k')");

  CHECK(PyErr_Occurred() == nullptr);
  CHECK(error.kind == FailureKind::PYTHON);
  CHECK(error.detail == "KeyError");
  CHECK(PyErr_GivenExceptionMatches(error.exception.get(), PyExc_KeyError));
}

TEST_CASE("kernel/python-error: an exception that is set again is the same object") {
  TestInterpreter python;
  Error error = raised(python, "raise ValueError('v')");
  PyObject* exception = error.exception.get();

  setPythonError(std::move(error));

  CHECK(takePythonError().exception.get() == exception);
}

TEST_CASE("kernel/python-error: each kind of failure is an exception that fits") {
  TestInterpreter python;
  const std::pair<FailureKind, PyObject*> cases[] = {
      {FailureKind::STALE_HANDLE, PyExc_RuntimeError},
      {FailureKind::LIMIT, PyExc_MemoryError},
      {FailureKind::TIMEOUT, PyExc_TimeoutError},
      {FailureKind::INTERRUPTED, PyExc_KeyboardInterrupt},
      {FailureKind::PERMISSION, PyExc_PermissionError},
      {FailureKind::KERNEL_DIED, PyExc_ConnectionError},
      {FailureKind::IO, PyExc_OSError},
      {FailureKind::NO_ATTRIBUTE, PyExc_AttributeError},
      {FailureKind::NO_ITEM, PyExc_KeyError},
      {FailureKind::PROTOCOL, PyExc_SystemError}};

  for (const auto& [kind, type] : cases) {
    setPythonError({kind, "why"});
    Error error = takePythonError();
    CHECK(PyErr_GivenExceptionMatches(error.exception.get(), type));
    PyRef text = PyRef::steal(PyObject_Str(error.exception.get()));
    CHECK(textOf(text.get()).find("why") != std::string::npos);
  }
}

TEST_CASE("kernel/python-error: a report has the type and the traceback as Python prints it") {
  TestInterpreter python;
  LastError lastError;

  const Failure failure = lastError.report(raised(python, "def f():\n  1 / 0\nf()"));

  CHECK(failure.kind == FailureKind::PYTHON);
  CHECK(textOf(failure.typeName.get()) == "ZeroDivisionError");
  CHECK(textOf(failure.message.get()) ==
        "Traceback (most recent call last):\n"
        "  File \"<test>\", line 3, in <module>\n"
        "  File \"<test>\", line 2, in f\n"
        "ZeroDivisionError: division by zero\n");
}

TEST_CASE("kernel/python-error: names are qualified as PE-type and PE-message say") {
  TestInterpreter python;
  LastError lastError;

  const Failure nested =
      lastError.report(raised(python, "class O:\n  class I(Exception): pass\nraise O.I('x')"));
  CHECK(textOf(nested.typeName.get()) == "O.I");
  CHECK(textOf(nested.message.get()).ends_with("\nO.I: x\n"));
  const Failure foreign = lastError.report(raised(python, "import json\njson.loads('{')"));
  CHECK(textOf(foreign.typeName.get()) == "JSONDecodeError");
  CHECK(textOf(foreign.message.get()).find("\njson.decoder.JSONDecodeError: ") !=
        std::string::npos);
}

TEST_CASE("kernel/python-error: notes, causes and contexts are in the text") {
  TestInterpreter python;
  LastError lastError;

  const Failure failure = lastError.report(raised(python,
                                                  "e = ValueError('second')\n"
                                                  "e.add_note('a note')\n"
                                                  "try: {}['first']\n"
                                                  "except KeyError as cause: raise e from cause"));

  const std::string message = textOf(failure.message.get());
  CHECK(message.starts_with("Traceback (most recent call last):\n"));
  CHECK(message.find("KeyError: 'first'") != std::string::npos);
  CHECK(message.find("direct cause") != std::string::npos);
  CHECK(message.ends_with("ValueError: second\na note\n"));
}

TEST_CASE("kernel/python-error: an exception without a frame has the header too") {
  TestInterpreter python;
  LastError lastError;
  PyErr_SetString(PyExc_ValueError, "from C");

  const Failure failure = lastError.report(takePythonError());

  CHECK(textOf(failure.message.get()) ==
        "Traceback (most recent call last):\nValueError: from C\n");
}

TEST_CASE("kernel/python-error: the last exception is in sys and found by its serial") {
  TestInterpreter python;
  LastError lastError;
  Error error = raised(python, "raise KeyError('k')");
  PyObject* exception = error.exception.get();

  const Failure failure = lastError.report(std::move(error));

  CHECK(failure.serial != 0);
  CHECK(lastError.find(failure.serial).get() == exception);
  python.run("import sys");
  CHECK(python.holds("sys.last_exc is sys.last_value and sys.last_type is KeyError"));
  CHECK(python.holds("sys.last_traceback is sys.last_exc.__traceback__"));
  CHECK_FALSE(lastError.find(0));
  CHECK_FALSE(lastError.find(failure.serial + 1));
}

TEST_CASE("kernel/python-error: a later exception replaces the last one (ER-round.py)") {
  TestInterpreter python;
  LastError lastError;
  const uint32_t first = lastError.report(raised(python, "raise KeyError('k')")).serial;
  const uint32_t second = lastError.report(raised(python, "raise KeyError('k')")).serial;

  CHECK_FALSE(lastError.find(first));
  CHECK(lastError.find(second));
}

TEST_CASE("kernel/python-error: the same exception keeps its serial when it crosses again") {
  TestInterpreter python;
  LastError lastError;
  const uint32_t serial = lastError.report(raised(python, "raise KeyError('k')")).serial;

  PyRef again = lastError.find(serial);
  PyErr_SetRaisedException(again.release());

  CHECK(lastError.report(takePythonError()).serial == serial);
}

TEST_CASE("kernel/python-error: nothing is found once Python dropped the exception") {
  TestInterpreter python;
  LastError lastError;
  const uint32_t serial = lastError.report(raised(python, "raise KeyError('k')")).serial;

  python.run("import sys\nsys.last_exc = None");
  CHECK_FALSE(lastError.find(serial));
  python.run("del sys.last_exc");
  CHECK_FALSE(lastError.find(serial));
}

TEST_CASE("kernel/python-error: what cannot be formatted is described plainly") {
  TestInterpreter python;
  LastError lastError;
  python.run(
      "import traceback\nkept = traceback.format_exception\ntraceback.format_exception = None");

  const Failure plain = lastError.report(raised(python, "raise ValueError('text')"));
  const Failure mute = lastError.report(raised(
      python, "class Mute(Exception):\n  def __str__(self): raise RuntimeError\nraise Mute"));

  CHECK(textOf(plain.message.get()) == "Traceback (most recent call last):\nValueError: text\n");
  CHECK(textOf(mute.typeName.get()) == "Mute");
  CHECK(textOf(mute.message.get()) ==
        "Traceback (most recent call last):\nMute: (it has no text)\n");
  python.run("traceback.format_exception = kept");
}

TEST_CASE("kernel/python-error: an exception whose text cannot be made still has a traceback") {
  TestInterpreter python;
  LastError lastError;

  const Failure failure = lastError.report(
      raised(python, "class Mute(Exception):\n  def __str__(self): raise SystemExit\nraise Mute"));

  CHECK(textOf(failure.typeName.get()) == "Mute");
  CHECK(textOf(failure.message.get()).starts_with("Traceback (most recent call last):\n"));
  CHECK(PyErr_Occurred() == nullptr);
}

TEST_CASE("kernel/python-error: RecursionError and MemoryError are reported as any other") {
  TestInterpreter python;
  LastError lastError;

  const Failure deep = lastError.report(raised(python, "def f(): f()\nf()"));
  CHECK(textOf(deep.typeName.get()) == "RecursionError");
  CHECK(textOf(deep.message.get()).find("more times]") != std::string::npos);
  PyErr_NoMemory();
  CHECK(textOf(lastError.report(takePythonError()).typeName.get()) == "MemoryError");
}

TEST_CASE("kernel/python-error: a failure without an exception leaves the last one alone") {
  TestInterpreter python;
  LastError lastError;
  const uint32_t serial = lastError.report(raised(python, "raise KeyError('k')")).serial;

  const Failure failure = lastError.report({FailureKind::STALE_HANDLE, "handle 1.1"});

  CHECK(failure.kind == FailureKind::STALE_HANDLE);
  CHECK_FALSE(failure.typeName);
  CHECK(textOf(failure.message.get()) == "handle 1.1");
  CHECK(failure.serial == 0);
  CHECK(lastError.find(serial));
}

TEST_CASE("kernel/python-error: too deep a nesting is a RecursionError that keeps its kind") {
  TestInterpreter python;
  LastError lastError;

  const Failure failure = lastError.report(recursionError("too deep"));

  CHECK(failure.kind == FailureKind::LIMIT);
  CHECK(textOf(failure.typeName.get()) == "RecursionError");
  CHECK(lastError.find(failure.serial));
}
