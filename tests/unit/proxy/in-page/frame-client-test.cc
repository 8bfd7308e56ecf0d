#include "proxy/in-page/frame-client.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::Error;
using krait::Handle;
using krait::PyRef;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t kError = bit(TypeFlag::EXCEPTION);

/// The failure of an op that JavaScript answers so.
Error failureOf(TestPage& page, Reply reply) {
  page.on(Op::GET_ATTR, [&](const Asked&) { return reply; });
  auto answer = page.kernel.client().ask(Op::GET_ATTR, {1, 7}, {});
  REQUIRE_FALSE(answer);
  return answer.error();
}

/// The number of the JavaScript object that an error carries; 0: none.
uint32_t objectBehind(TestPage& page, const Error& error) {
  const auto handle = page.kernel.objects().unwrap(error.exception.get());
  return handle ? handle->index : 0;
}

}  // namespace

TEST_CASE("proxy/in-page/frame-client: Python objects are lent for a call") {
  TestPage page;
  PyRef list = page.python.evaluate("[1]");
  page.on(Op::CALL, [&](const Asked& asked) {
    CHECK(asked.values[0].tag == ValueTag::MINE);
    CHECK(page.kernel.table().size() == 1);
    return Recorded::none();
  });

  PyObject* arguments[] = {list.get(), list.get()};
  CHECK(page.kernel.client().ask(Op::CALL, {1, 7}, arguments));

  CHECK(page.kernel.table().size() == 0);
}

TEST_CASE("proxy/in-page/frame-client: a call that cannot be sent takes back what it lent") {
  TestPage page;
  PyRef list = page.python.evaluate("[1]");
  page.python.run(
      "class Meta(type):\n"
      "  def __getattr__(self, name): raise ValueError(name)\n"
      "class Unreadable(metaclass=Meta): pass\n");
  PyRef unreadable = page.python.evaluate("Unreadable");

  PyObject* arguments[] = {list.get(), unreadable.get()};
  auto answer = page.kernel.client().ask(Op::CALL, {1, 7}, arguments);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == FailureKind::PYTHON);
  CHECK(page.kernel.table().size() == 0);
  CHECK(page.asked().empty());
}

TEST_CASE("proxy/in-page/frame-client: more arguments than the stack takes are refused") {
  TestPage page;
  std::vector<PyObject*> arguments(20000, Py_None);

  auto answer = page.kernel.client().ask(Op::CALL, {1, 7}, arguments);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == FailureKind::LIMIT);
}

TEST_CASE("proxy/in-page/frame-client: a stack that is nearly full is a RecursionError") {
  TestPage page;
  krait::Frame most(page.kernel.frames(), krait::FrameStack::kStackBytes / 16 - 3);

  auto answer = page.kernel.client().ask(Op::CALL, {1, 7}, {});

  REQUIRE_FALSE(answer);
  const Error error = answer.error();
  CHECK(error.kind == FailureKind::LIMIT);
  CHECK(PyErr_GivenExceptionMatches(error.exception.get(), PyExc_RecursionError));
}

TEST_CASE("proxy/in-page/frame-client: failures keep their kind") {
  TestPage page;
  for (const FailureKind kind : {FailureKind::NO_ATTRIBUTE, FailureKind::NO_ITEM,
                                 FailureKind::STALE_HANDLE, FailureKind::UNSUPPORTED}) {
    const Error error = failureOf(page, Reply::failed(kind));
    CHECK(error.kind == kind);
    CHECK_FALSE(error.exception);
  }
  const Error error =
      failureOf(page, Reply::failed(FailureKind::UNSUPPORTED, Recorded::of("no such op")));
  CHECK(error.detail == "no such op");
}

TEST_CASE("proxy/in-page/frame-client: a thrown error arrives as its JsException") {
  TestPage page;
  const Error error =
      failureOf(page, Reply::failed(FailureKind::JAVASCRIPT, page.object(3, kError)));

  CHECK(error.kind == FailureKind::JAVASCRIPT);
  REQUIRE(error.exception);
  CHECK(objectBehind(page, error) == 3);
}

TEST_CASE("proxy/in-page/frame-client: a Python error that comes back is the identical one") {
  TestPage page;
  page.python.run("e = KeyError('k')");
  PyRef original = page.python.evaluate("e");
  const uint32_t serial =
      page.kernel.lastError().report({FailureKind::PYTHON, "", original.dup()}).serial;
  auto comesBack = [&] {
    return Reply::failed(FailureKind::JAVASCRIPT, page.object(3, kError), static_cast<int>(serial));
  };

  CHECK(failureOf(page, comesBack()).exception.get() == original.get());
  CHECK(page.held(3) == 0);

  page.kernel.lastError().report({FailureKind::PYTHON, "", page.python.evaluate("ValueError()")});
  const Error replaced = failureOf(page, comesBack());
  CHECK(objectBehind(page, replaced) == 3);
}

TEST_CASE("proxy/in-page/frame-client: answers that make no sense are protocol failures") {
  TestPage page;
  Reply unknownStatus = Recorded::none();
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): hostile on purpose
  unknownStatus.status = static_cast<krait::wire::Status>(9);
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): hostile on purpose
  Reply unknownKind = Reply::failed(static_cast<FailureKind>(99));
  Reply noKind = Reply::failed(FailureKind::JAVASCRIPT);
  noKind.slots[0] = Recorded::of("x");
  for (const Reply& reply : {unknownStatus, unknownKind, noKind, Reply::stopped(Recorded::none()),
                             Reply(Recorded::integer(0.5))}) {
    CHECK(failureOf(page, reply).kind == FailureKind::PROTOCOL);
  }
}

TEST_CASE("proxy/in-page/frame-client: forged handles of Python objects are stale") {
  TestPage page;
  for (const Handle forged : {Handle{0, 0}, Handle{1, 999}, Handle{0xffffffff, 1}}) {
    CHECK(failureOf(page, Recorded::yours(forged)).kind == FailureKind::STALE_HANDLE);
  }
}

TEST_CASE("proxy/in-page/frame-client: the end of an iteration comes with its value") {
  TestPage page;
  page.on(Op::NEXT, [](const Asked&) { return Reply::stopped(Recorded::of(4)); });

  PyRef stopped;
  auto answer = page.kernel.client().ask(Op::NEXT, {1, 7}, {}, nullptr, &stopped);

  REQUIRE(answer);
  CHECK_FALSE(*answer);
  CHECK(PyLong_AsLong(stopped.get()) == 4);
}

TEST_CASE("proxy/in-page/frame-client: a deep copy sends what has no conversion by handle") {
  TestPage page;
  PyRef object = page.python.evaluate("[1, object()]");
  page.keepsArguments = true;
  page.on(Op::FROM_GRAPH, [&](const Asked& asked) {
    CHECK(asked.values[0].tag == ValueTag::GRAPH);
    CHECK(page.kernel.table().size() == 1);
    page.kernel.table().forEach(
        [&](Handle handle, PyObject*, uint32_t) { page.scheduled.push_back({handle, 0}); });
    return page.object(5);
  });

  auto copy = page.kernel.client().deepCopy(object.get(), -1);

  REQUIRE(copy);
  page.kernel.release(page.scheduled[0].callable, 1);
}
