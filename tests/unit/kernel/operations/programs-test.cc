#include <doctest/doctest.h>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::ValueTag;

TEST_CASE("kernel/operations: a program is evaluated to its last expression (JS-runPython)") {
  TestKernel kernel;
  kernel.python.run("names = {}");
  const Recorded names = Recorded::yours(kernel.give("names"));
  const auto eval = [&](const char* source) {
    return kernel.ask(Op::EVAL, {}, {Recorded::of(source), names, Recorded::of("globals")}, 1);
  };

  CHECK(eval("x = 20\nx + 1").value.number == 21);
  CHECK(eval("x;").value.tag == ValueTag::NONE);
  CHECK(kernel.python.holds("names['x'] == 20"));
  CHECK(eval("1 +").failure[1].text() == "SyntaxError");
  CHECK(eval("1 +").failure[2].text().starts_with("Traceback (most recent call last):\n"));
  CHECK(eval("await x").failure[1].text() == "SyntaxError");
}

TEST_CASE("kernel/operations: options of a program are keywords of eval_code (JS-runPython.6)") {
  TestKernel kernel;

  CHECK(kernel.ask(Op::EVAL, {}, {Recorded::of("1"), Recorded::of(1), Recorded::of("no_such")}, 1)
            .failure[1]
            .text() == "TypeError");
  CHECK(kernel.ask(Op::EVAL, {}, {Recorded::of(5)}).failure[1].text() == "TypeError");
}

TEST_CASE("kernel/operations: eval_code is looked up at each call (JS-runPython.10)") {
  TestKernel kernel;
  kernel.python.run(
      "import pyodide.code\n"
      "kept = pyodide.code.eval_code\n"
      "def replacement(source): return 'replaced ' + source\n"
      "pyodide.code.eval_code = replacement\n");

  CHECK(kernel.ask(Op::EVAL, {}, {Recorded::of("x")}).value.text() == "replaced x");

  kernel.python.run("pyodide.code.eval_code = kept");
}

TEST_CASE("kernel/operations: an asynchronous program gives an awaitable (JS-runPythonAsync)") {
  TestKernel kernel;

  const Answer answer = kernel.ask(Op::EVAL_ASYNC, {}, {Recorded::of("1 +")});

  kernel.python.set("pending", *kernel.table.find(answer.value.handle));
  kernel.python.run("pending.close()");
  CHECK(kernel.take(answer.value).starts_with("<coroutine object eval_code_async"));
}

TEST_CASE(
    "kernel/operations: a dotted name is an attribute of its parent, or a submodule "
    "(JS-pyimport)") {
  TestKernel kernel;
  const auto imported = [&](const char* name) {
    return kernel.take(kernel.ask(Op::IMPORT_MODULE, {}, {Recorded::of(name)}).value);
  };

  CHECK(imported("math").starts_with("<module 'math'"));
  CHECK(imported("math.comb") == "<built-in function comb>");
  CHECK(imported("xml.dom.minidom").starts_with("<module 'xml.dom.minidom'"));
  CHECK(imported("os.path").starts_with("<module 'posixpath'"));
}

TEST_CASE("kernel/operations: a missing module is a ModuleNotFoundError (JS-pyimport.2)") {
  TestKernel kernel;

  for (const char* name : {"no_such_module", "math.no_such", "no_such.attribute", "json.a.b"}) {
    CHECK(kernel.ask(Op::IMPORT_MODULE, {}, {Recorded::of(name)}).failure[1].text() ==
          "ModuleNotFoundError");
  }
  CHECK(kernel.ask(Op::IMPORT_MODULE, {}, {Recorded::of("")}).failure[1].text() == "ValueError");
  CHECK(kernel.ask(Op::IMPORT_MODULE, {}, {Recorded::of(5)}).kind() == FailureKind::PROTOCOL);
}
