#include "kernel/dispatcher.h"

#include <doctest/doctest.h>

#include <bit>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::PyRef;
using krait::test::Answer;
using krait::test::Recorded;
using krait::test::TestKernel;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::Status;
using krait::wire::ValueTag;

namespace {

/// A Python callable that asks the kernel for a call of `target`, as a client does that was called
/// by Python.
struct Reentry {
  TestKernel& kernel;
  Handle target = {};
  int depth = 0;
  Answer innermost = {};

  static PyObject* run(PyObject* self, PyObject*) {
    auto* reentry = static_cast<Reentry*>(PyCapsule_GetPointer(self, nullptr));
    reentry->depth++;
    Answer answer = reentry->kernel.ask(Op::CALL, reentry->target);
    if (answer.status == Status::FAILED && reentry->innermost.status != Status::FAILED) {
      reentry->innermost = answer;
    }
    Py_RETURN_NONE;
  }
};

}  // namespace

TEST_CASE("kernel/dispatcher: a failure is told as kind, type, message, serial") {
  TestKernel kernel;

  const Answer answer = kernel.ask(Op::CALL, kernel.give("int"), {Recorded::of("x")});

  CHECK(answer.kind() == FailureKind::PYTHON);
  CHECK(answer.failure[1].text() == "ValueError");
  CHECK(answer.failure[2].text().ends_with("invalid literal for int() with base 10: 'x'\n"));
  CHECK(kernel.lastError.find(static_cast<uint32_t>(answer.failure[3].number)));
}

TEST_CASE("kernel/dispatcher: a stale handle and an unknown op are failures without an exception") {
  TestKernel kernel;

  const Answer stale = kernel.ask(Op::REPR, {12, 1});
  CHECK(stale.kind() == FailureKind::STALE_HANDLE);
  CHECK(stale.failure[1].tag == ValueTag::NONE);
  CHECK(stale.failure[3].number == 0);
  for (const Op op : {Op::CONSTRUCT, Op::TYPE_OF, Op::PROXY_OF, Op::PUT_BUFFER,
                      std::bit_cast<Op>(uint16_t{63}), std::bit_cast<Op>(uint16_t{60000})}) {
    CHECK(kernel.ask(op, kernel.give("1")).kind() == FailureKind::UNSUPPORTED);
  }
}

TEST_CASE("kernel/dispatcher: missing arguments, and more keywords than arguments, are refused") {
  TestKernel kernel;
  const Handle target = kernel.give("[]");

  for (const Op op : {Op::GET_ATTR, Op::SET_ATTR, Op::GET_ITEM, Op::SET_ITEM, Op::CONTAINS,
                      Op::COMPARE, Op::TO_NATIVE, Op::CALL_METHOD, Op::AWAIT, Op::IMPORT_MODULE}) {
    CHECK(kernel.ask(op, target).kind() == FailureKind::PROTOCOL);
  }
  CHECK(kernel.ask(Op::CALL, target, {Recorded::of(1)}, 1).kind() == FailureKind::PROTOCOL);
  CHECK(kernel.ask(Op::CALL, target, {}, UINT32_MAX).kind() == FailureKind::PROTOCOL);
}

TEST_CASE("kernel/dispatcher: handles in arguments that nobody reads are given back") {
  TestKernel kernel;
  const auto mine = [&] { return Recorded::mine(kernel.client.introduce(1)); };

  kernel.ask(Op::CALL, {99, 1}, {mine(), mine()});                               // stale target
  kernel.ask(Op::CALL, kernel.give("len"), {Recorded::yours({99, 1}), mine()});  // stale argument
  kernel.ask(Op::REPR, kernel.give("len"), {mine()});                            // too many
  kernel.ask(Op::CALL, kernel.give("len"), {mine(), Recorded::of(5), mine(), Recorded::of(6)}, 1);

  kernel.python.run("import sys\nsys.last_exc = sys.last_value = sys.last_traceback = None");
  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/dispatcher: the 65th nested call is a RecursionError, and the next call works") {
  TestKernel kernel;
  Reentry reentry{kernel};
  PyMethodDef method = {"reenter", Reentry::run, METH_NOARGS, nullptr};
  PyRef self = PyRef::steal(PyCapsule_New(&reentry, nullptr, nullptr));
  PyRef callable = PyRef::steal(PyCFunction_New(&method, self.get()));
  reentry.target = kernel.give(callable.get());

  CHECK(kernel.ask(Op::CALL, reentry.target).status == Status::RETURNED);

  CHECK(reentry.depth == krait::Dispatcher::kMaxDepth);
  CHECK(reentry.innermost.kind() == FailureKind::LIMIT);
  CHECK(reentry.innermost.failure[1].text() == "RecursionError");
  CHECK(kernel.ask(Op::REPR, reentry.target).status == Status::RETURNED);
}

TEST_CASE("kernel/dispatcher: the client's object in a reply lives until the next request") {
  TestKernel kernel;
  PyRef theirs = *kernel.client.wrap(kernel.client.introduce(8), 0);
  PyRef box = PyRef::steal(PyList_New(0));
  PyList_Append(box.get(), theirs.get());
  theirs = PyRef();
  const Handle target = kernel.give(box.get());

  const Answer answer = kernel.ask(Op::CALL_METHOD, target, {Recorded::of("pop")});

  CHECK(answer.value.tag == ValueTag::YOURS);
  CHECK(kernel.client.introductions() == 1);
  kernel.ask(Op::LENGTH, target);
  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/dispatcher: what a former client held is given back, its buffer views too") {
  TestKernel kernel;
  const Handle bytes = kernel.give("bytearray(b'abc')");
  const PyRef object = PyRef::borrow(*kernel.table.find(bytes));
  REQUIRE(kernel.ask(Op::GET_BUFFER, bytes).status == Status::RETURNED);
  CHECK(PyObject_SetItem(object.get(), PyRef::steal(PySlice_New(nullptr, nullptr, nullptr)).get(),
                         PyRef::steal(PyBytes_FromString("longer")).get()) < 0);
  PyErr_Clear();

  kernel.dispatcher.forgetClient();

  CHECK(kernel.table.size() == 0);
  CHECK(kernel.ask(Op::REPR, bytes).kind() == FailureKind::STALE_HANDLE);
  CHECK(PyObject_SetItem(object.get(), PyRef::steal(PySlice_New(nullptr, nullptr, nullptr)).get(),
                         PyRef::steal(PyBytes_FromString("longer")).get()) == 0);
}

TEST_CASE("kernel/dispatcher: a reply that the carrier does not take is a limit failure") {
  TestKernel kernel;

  const Answer text = kernel.ask(Op::REPR, kernel.give("'x' * 5000"), {}, 0, 3000);
  CHECK(text.kind() == FailureKind::LIMIT);
  const Answer graph =
      kernel.ask(Op::TO_NATIVE, kernel.give("[object()] * 1000"), {Recorded::of(-1)}, 0, 3000);
  CHECK(graph.kind() == FailureKind::LIMIT);  // TestKernel checks that nothing stays exported
}

TEST_CASE("kernel/dispatcher: of a message that is too long the beginning is told") {
  TestKernel kernel;
  kernel.python.run("def fail(): raise ValueError('x' * 100000)");

  const Answer answer = kernel.ask(Op::CALL, kernel.give("fail"), {}, 0, 5000);

  CHECK(answer.failure[1].text() == "ValueError");
  CHECK(answer.failure[2].text().starts_with("Traceback"));
  CHECK(answer.failure[2].bytes.size() <= 5000);
  kernel.python.run("import sys\nsys.last_exc = sys.last_value = sys.last_traceback = None");
}

TEST_CASE("kernel/dispatcher: SystemExit and KeyboardInterrupt are failures like any other") {
  TestKernel kernel;
  kernel.python.run("import sys\ndef interrupt(): raise KeyboardInterrupt");

  CHECK(kernel.ask(Op::CALL, kernel.give("sys.exit"), {Recorded::of(3)}).failure[1].text() ==
        "SystemExit");
  CHECK(kernel.ask(Op::CALL, kernel.give("interrupt")).failure[1].text() == "KeyboardInterrupt");
}

TEST_CASE("kernel/dispatcher: endless recursion in Python is a RecursionError and not the end") {
  TestKernel kernel;
  kernel.python.run("def f(): return f()");

  CHECK(kernel.ask(Op::CALL, kernel.give("f")).failure[1].text() == "RecursionError");
  CHECK(kernel.ask(Op::CALL, kernel.give("abs"), {Recorded::of(-1)}).value.number == 1);
}

TEST_CASE(
    "kernel/dispatcher: a release drops the object, keeps a pending exception, and says what is "
    "stale") {
  TestKernel kernel;
  kernel.python.run(
      "class Raises:\n  def __del__(self):\n    dropped.append(1)\n    try: 1 / 0\n    except "
      "ZeroDivisionError: pass\n"
      "dropped = []");
  const Handle handle = *kernel.table.insert(kernel.python.evaluate("Raises()"));
  PyErr_SetString(PyExc_KeyError, "pending");

  CHECK(kernel.dispatcher.release(handle, 1));
  CHECK_FALSE(kernel.dispatcher.release(handle, 1));

  CHECK(PyErr_ExceptionMatches(PyExc_KeyError));
  PyErr_Clear();
  CHECK(kernel.python.holds("dropped == [1]"));
}
