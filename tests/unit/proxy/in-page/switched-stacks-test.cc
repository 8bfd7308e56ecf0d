#include "proxy/in-page/switched-stacks.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::test::Recorded;
using krait::test::TestPage;
using krait::test::textOf;
using krait::wire::Op;

// There is one stack natively: what goes on while a call is suspended ends before it is resumed.
// How engines switch is for tests/stack-switching.

namespace {

/// Runs statements as JavaScript's event loop does, on a stack of their own.
void runOnStack(TestPage& page, const std::string& statements) {
  page.python.run("def scheduled():\n  " + statements);
  auto handle = page.kernel.table().insert(page.python.evaluate("scheduled"));
  REQUIRE(handle);
  REQUIRE(page.kernel.stacks().open() != 0);
  page.kernel.run(*handle, 0);
}

}  // namespace

TEST_CASE("proxy/in-page/switched-stacks: a scheduled call runs and is released") {
  TestPage page;
  const size_t before = page.kernel.table().size();
  runOnStack(page, "global seen; seen = krait.can_suspend()");

  CHECK(page.python.evaluate("seen").get() == Py_True);
  CHECK(page.python.evaluate("krait.can_suspend()").get() == Py_False);
  CHECK(page.kernel.table().size() == before);
  CHECK(page.kernel.stacks().inUse() == 0);
}

TEST_CASE("proxy/in-page/switched-stacks: a failure is told to JavaScript") {
  TestPage page;
  runOnStack(page, "raise KeyError(1)");

  REQUIRE(page.failures.size() == 1);
  CHECK(page.failures[0].text() == "KeyError");
  CHECK_FALSE(PyErr_Occurred());
}

TEST_CASE("proxy/in-page/switched-stacks: a suspended call keeps its frames, errors and context") {
  TestPage page;
  page.python.run(
      "import sys, contextvars\n"
      "var = contextvars.ContextVar('var', default='unset')\n"
      "meanwhile = []\n"
      "def depth():\n"
      "  frame, count = sys._getframe(), 0\n"
      "  while frame: frame, count = frame.f_back, count + 1\n"
      "  return count\n"
      "def wait():\n"
      "  var.set('suspended')\n"
      "  try: raise ValueError(7)\n"
      "  except ValueError as e:\n"
      "    before = depth()\n"
      "    krait.suspend(41)\n"
      "    assert sys.exception() is e and depth() == before and var.get() == 'suspended'\n"
      "  assert sys.exception() is None\n");
  page.onSuspend = [&](uint32_t wait) {
    if (wait == 42) return;
    CHECK(wait == 41);
    CHECK(page.kernel.stacks().inUse() == 1);
    page.python.run("meanwhile += [sys.exception(), var.get(), depth(), krait.can_suspend()]");
    runOnStack(page, "meanwhile.append(depth()); krait.suspend(42)");
  };

  runOnStack(page, "wait()");

  CHECK(page.failures.empty());
  CHECK(textOf(page.python.evaluate("repr(meanwhile)").get()) == "[None, 'unset', 2, False, 2]");
  CHECK(textOf(page.python.evaluate("var.get()").get()) == "unset");
}

TEST_CASE("proxy/in-page/switched-stacks: nothing is suspended below a call of JavaScript") {
  TestPage page;
  page.show("f", 5, 1u << static_cast<uint32_t>(krait::wire::TypeFlag::CALLABLE));
  std::string refused;
  page.on(Op::CALL, [&](const auto&) {
    refused = page.raised("krait.suspend(1)");
    return Recorded::none();
  });
  runOnStack(page, "f()");

  CHECK(refused == "RuntimeError: this call cannot be suspended");
  CHECK(page.raised("krait.suspend(1)") == refused);
  CHECK(page.raised("krait.suspend('x')") == "TypeError: an integer is required");
}

TEST_CASE("proxy/in-page/switched-stacks: a stack is used again") {
  TestPage page;
  const uint32_t first = page.kernel.stacks().open();
  runOnStack(page, "pass");

  CHECK(page.kernel.stacks().open() == first);
}
