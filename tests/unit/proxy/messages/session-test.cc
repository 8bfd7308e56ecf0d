#include "proxy/messages/session.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-link.h"

using krait::Handle;
using krait::MessageValue;
using krait::OutgoingFrame;
using krait::test::CallOptions;
using krait::test::Ended;
using krait::test::flag;
using krait::test::Recorded;
using krait::test::TestLink;
using krait::wire::CallFlag;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::Status;
using krait::wire::ValueTag;

namespace {

Recorded answerOf(uint32_t callId) { return {.tag = MessageValue::kAnswer, .handle = {callId, 0}}; }

}  // namespace

TEST_CASE("proxy/messages/session: a call runs and returns its value") {
  TestLink link;

  const Ended math = link.call(Op::IMPORT_MODULE, {}, {Recorded::of("math")});
  REQUIRE(math.status == Status::RETURNED);
  CHECK(math.values[0].tag == ValueTag::MINE);
  const Ended pi = link.call(Op::GET_ATTR, math.values[0].handle, {Recorded::of("pi")});

  CHECK(pi.values[0].number > 3.14);
  link.giveBack(math.values[0]);
}

TEST_CASE("proxy/messages/session: a failure has kind, type, traceback and serial") {
  TestLink link;

  const Ended failed = link.eval("1 / 0");

  REQUIRE(failed.status == Status::FAILED);
  CHECK(failed.kind() == FailureKind::PYTHON);
  CHECK(failed.values[1].text() == "ZeroDivisionError");
  CHECK(failed.values[2].text().ends_with("division by zero\n"));
  CHECK(failed.values[3].number > 0);
}

TEST_CASE("proxy/messages/session: text, bytes and graphs of any length arrive whole") {
  TestLink link;
  for (const int length : {0, 100, 4096, 65536, 65537, 1000000}) {
    const Ended text = link.eval("'x' * " + std::to_string(length));
    CHECK(text.values[0].text() == std::string(static_cast<size_t>(length), 'x'));

    const Ended back = link.call(Op::EVAL, {}, {Recorded::of("lambda x: len(x)")});
    const auto bytes = std::vector<uint8_t>(static_cast<size_t>(length), 7);
    const Ended counted = link.call(Op::CALL, back.values[0].handle, {Recorded::blob(bytes)});
    CHECK(counted.values[0].number == length);
    link.giveBack(back.values[0]);
  }
}

TEST_CASE("proxy/messages/session: a path is followed before the op is applied") {
  TestLink link;
  const Ended module = link.call(Op::IMPORT_MODULE, {}, {Recorded::of("os")});
  const Handle handle = module.values[0].handle;

  const Ended joined =
      link.call(Op::CALL_METHOD, handle,
                {Recorded::of("join"), Recorded::of("a"), Recorded::of("b")}, {.path = {"path"}});
  CHECK(joined.values[0].text() == "a/b");
  const Ended missing = link.call(Op::CALL, handle, {}, {.path = {"path", "none_such"}});
  CHECK(missing.kind() == FailureKind::NO_ATTRIBUTE);
  link.giveBack(module.values[0]);
}

TEST_CASE("proxy/messages/session: calls are made on answers that the client has not seen") {
  TestLink link;
  const uint32_t kept = flag(CallFlag::KEEP_ANSWER) | flag(CallFlag::DISCARD_RESULT);
  const uint32_t first = link.writeCall(Op::EVAL, {}, {Recorded::of("[3, 1, 2]")}, {.flags = kept});
  const uint32_t second = link.writeCall(Op::EVAL, {}, {Recorded::of("sorted")}, {.flags = kept});
  const uint32_t third =
      link.writeCall(Op::CALL, {}, {answerOf(first)}, {.flags = kept, .answer = second});
  const uint32_t fourth = link.writeCall(Op::GET_ITEM, {}, {Recorded::of(0)}, {.answer = third});
  for (const uint32_t id : {first, second, third}) link.writeFinish(id, false);

  link.deliver();

  CHECK(link.ended(first).values[0].tag == ValueTag::NONE);
  CHECK(link.ended(fourth).values[0].number == 1);
  CHECK(link.page.kernel.table().size() == 0);
}

TEST_CASE("proxy/messages/session: an answer is the Python object, not its conversion") {
  TestLink link;
  const uint32_t text =
      link.writeCall(Op::EVAL, {}, {Recorded::of("'abc'")}, {.flags = flag(CallFlag::KEEP_ANSWER)});
  const uint32_t upper =
      link.writeCall(Op::CALL_METHOD, {}, {Recorded::of("upper")}, {.answer = text});
  link.writeFinish(text, false);

  link.deliver();

  CHECK(link.ended(text).values[0].text() == "abc");
  CHECK(link.ended(upper).values[0].text() == "ABC");
}

TEST_CASE("proxy/messages/session: what builds on a failed call fails with the same failure") {
  TestLink link;
  const uint32_t kept = flag(CallFlag::KEEP_ANSWER);
  const uint32_t first = link.writeCall(Op::EVAL, {}, {Recorded::of("1 / 0")}, {.flags = kept});
  const uint32_t second =
      link.writeCall(Op::GET_ATTR, {}, {Recorded::of("x")}, {.flags = kept, .answer = first});
  const uint32_t third =
      link.writeCall(Op::EVAL, {}, {answerOf(second), link.object(5)}, {.flags = kept});

  link.deliver();

  for (const uint32_t id : {second, third}) {
    const Ended failed = link.ended(id);
    CHECK(failed.values[1].text() == "ZeroDivisionError");
    CHECK(failed.values[3].number == link.ended(first).values[3].number);
  }
  for (const uint32_t id : {first, second, third}) link.writeFinish(id, false);
  link.deliver();
}

TEST_CASE("proxy/messages/session: an answer that is not kept cannot be named") {
  TestLink link;
  const uint32_t first = link.writeCall(Op::EVAL, {}, {Recorded::of("[]")});
  link.deliver();
  link.giveBack(link.ended(first).values[0]);

  CHECK(link.call(Op::LENGTH, {}, {}, {.answer = first}).kind() == FailureKind::PROTOCOL);
  CHECK(link.call(Op::EVAL, {}, {answerOf(99999)}).kind() == FailureKind::PROTOCOL);
  CHECK(link.session.link().isOpen());
}

TEST_CASE("proxy/messages/session: a call without a return tells its failure only") {
  TestLink link;
  const CallOptions oneway{.flags = flag(CallFlag::ONEWAY)};
  const uint32_t good = link.writeCall(Op::EVAL, {}, {Recorded::of("object()")}, oneway);
  const uint32_t bad = link.writeCall(Op::EVAL, {}, {Recorded::of("1 / 0")}, oneway);

  link.deliver();

  CHECK_FALSE(link.hasEnded(good));
  CHECK_FALSE(link.hasEnded(bad));
  REQUIRE(link.told().size() == 1);
  CHECK(link.told()[0].starts_with("unhandled Traceback"));
  CHECK(link.page.kernel.table().size() == 0);
}

TEST_CASE("proxy/messages/session: a call of its chain runs while Python waits, others after it") {
  TestLink link;
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  uint32_t nested = 0, other = 0;
  link.on(Op::CALL, [&](const krait::test::Asked&) {
    other = link.writeCall(Op::EVAL, {}, {Recorded::of("'other'")}, {.chain = 3});
    nested = link.writeCall(Op::EVAL, {}, {Recorded::of("'nested'")},
                            {.chain = link.calls().back().chain, .depth = 2});
    return Recorded::of(5);
  });
  auto f = link.page.python.evaluate("f");
  const Ended run = link.call(Op::EVAL, {}, {Recorded::of("lambda f: f() + 1")});
  const Handle lambda = run.values[0].handle;
  const auto handle = link.page.kernel.table().insert(std::move(f));

  const uint32_t outer = link.writeCall(Op::CALL, lambda, {Recorded::yours(*handle)}, {.chain = 1});
  link.deliver();

  CHECK(link.ended(outer).values[0].number == 6);
  CHECK(link.calls().back().chain == 1);
  CHECK(link.calls().back().depth == 1);
  const auto& order = link.order();
  const auto at = [&](uint32_t id) { return std::ranges::find(order, id) - order.begin(); };
  CHECK(at(nested) < at(outer));
  CHECK(at(outer) < at(other));
  link.page.kernel.release(*handle, 1);
  link.giveBack(run.values[0]);
}

TEST_CASE("proxy/messages/session: calls that one question makes run one after the other") {
  TestLink link;
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  uint32_t asked = 0;
  link.on(Op::CALL, [&](const krait::test::Asked&) {
    if (++asked > 1) return Recorded::of(0);  // the first of the two calls asks in its turn
    const uint32_t chain = link.calls().back().chain;
    link.writeCall(Op::EVAL, {}, {Recorded::of("notes.append(1); f(); notes.append(2)")},
                   {.chain = chain, .depth = 2});
    link.writeCall(Op::EVAL, {}, {Recorded::of("notes.append(3)")}, {.chain = chain, .depth = 2});
    return Recorded::of(5);
  });
  link.page.python.run("import builtins; builtins.notes = []; builtins.f = f");
  const uint32_t outer = link.writeCall(Op::EVAL, {}, {Recorded::of("f()")}, {.chain = 1});
  link.deliver();

  CHECK(link.ended(outer).values[0].number == 5);
  CHECK(link.page.python.holds("notes == [1, 2, 3]"));
  link.page.python.run("import builtins; del builtins.notes, builtins.f");
}

TEST_CASE("proxy/messages/session: a release waits for the calls that were sent before it") {
  TestLink link;
  const Ended list = link.eval("[1, 2]");
  const Handle handle = list.values[0].handle;
  const uint32_t length = link.writeCall(Op::LENGTH, handle);
  link.writeRelease(handle, 1);
  const uint32_t stale = link.writeCall(Op::LENGTH, handle);

  link.deliver();

  CHECK(link.ended(length).values[0].number == 2);
  CHECK(link.ended(stale).kind() == FailureKind::STALE_HANDLE);
}

TEST_CASE("proxy/messages/session: a cancelled call that has not begun is not run") {
  TestLink link;
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  uint32_t waiting = 0;
  link.on(Op::CALL, [&](const krait::test::Asked&) {
    waiting = link.writeCall(Op::EVAL, {}, {Recorded::of("1 / 0")}, {.chain = 3});
    link.writeFinish(waiting, true);
    return Recorded::none();
  });
  link.page.python.run("f()");
  link.writeFinish(1, true);  // of a call that nobody knows

  link.deliver();

  CHECK(link.ended(waiting).kind() == FailureKind::CANCELED);
}

TEST_CASE(
    "proxy/messages/session: a deadline ends a wait for JavaScript, and a call that is late") {
  TestLink link;
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  link.channel.whenWaiting = [&](double timeoutMs) { CHECK(timeoutMs >= 0); };
  auto f = link.page.kernel.table().insert(link.page.python.evaluate("f"));

  const Ended late = link.call(Op::CALL, *f, {}, {.deadlineMs = 20});

  CHECK(late.kind() == FailureKind::PYTHON);
  CHECK(late.values[1].text() == "TimeoutError");
  const uint32_t asked = link.calls().back().id;
  CHECK(link.told() == std::vector{"finish " + std::to_string(asked)});
  // The answer comes after all: it is dropped, with what it introduces.
  link.write([&](OutgoingFrame& frame) {
    auto answer = frame.message().initReturn();
    answer.setCallId(asked);
    auto mine = answer.initValue().initMine();
    mine.setIndex(link.object(9).handle.index);
    mine.setGeneration(7);
  });
  link.deliver();
  CHECK(link.session.link().isOpen());
  link.page.kernel.release(*f, 1);
}

TEST_CASE("proxy/messages/session: an interrupt reaches Python that waits for JavaScript") {
  TestLink link;
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  link.page.python.run("import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)");
  link.channel.whenWaiting = [&](double) {
    link.write([](OutgoingFrame& frame) {
      auto signal = frame.message().initSignal();
      signal.setKind(krait::wire::Signal::Kind::INTERRUPT);
      signal.setNumber(2);
      signal.setNonce(77);
      signal.setChain(1);
    });
  };
  auto f = link.page.kernel.table().insert(link.page.python.evaluate("f"));

  const Ended interrupted = link.call(Op::CALL, *f);

  CHECK(interrupted.values[1].text() == "KeyboardInterrupt");
  CHECK(link.told().front() == "taken 77");
  // A signal for what is over hits nothing else.
  link.write([](OutgoingFrame& frame) {
    auto signal = frame.message().initSignal();
    signal.setKind(krait::wire::Signal::Kind::INTERRUPT);
    signal.setNumber(2);
    signal.setCall(101);
  });
  link.deliver();
  CHECK(link.eval("1 + 1").values[0].number == 2);
  link.page.kernel.release(*f, 1);
}

TEST_CASE(
    "proxy/messages/session: a signal for a call that has ended stays if its sender counts on it") {
  TestLink link;
  link.page.python.run("import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)");
  for (const uint32_t nonce : {0U, 5U}) {
    krait::RunningCalls calls;
    {
      const krait::RunningCalls::Scope scope(calls, {.id = 1});
      CHECK(calls.interrupt({.number = 2, .nonce = nonce}));
    }
    const bool isPending = PyErr_CheckSignals() < 0;
    PyErr_Clear();
    CHECK(isPending == (nonce != 0));
  }
}

TEST_CASE("proxy/messages/session: calls beyond the limit are answered, not kept") {
  krait::SessionOptions options;
  options.limits.maxCalls = 2;
  TestLink link(true, std::move(options));
  link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  std::vector<uint32_t> ids;
  link.on(Op::CALL, [&](const krait::test::Asked&) {
    for (int i = 0; i < 3; i++) {
      ids.push_back(link.writeCall(Op::EVAL, {}, {Recorded::of("1")}, {.chain = 5}));
    }
    return Recorded::none();
  });
  auto f = link.page.kernel.table().insert(link.page.python.evaluate("f"));

  const Ended run = link.call(Op::CALL, *f);

  CHECK(run.status == Status::RETURNED);
  CHECK(link.ended(ids[0]).status == Status::RETURNED);
  CHECK(link.ended(ids[1]).status == Status::RETURNED);
  CHECK(link.call(Op::EVAL, {}, {Recorded::of("2")}).values[0].number == 2);
  link.page.kernel.release(*f, 1);
}

TEST_CASE("proxy/messages/session: a scheduled callable is called once and dropped") {
  TestLink link;
  link.page.python.run("calls = []");
  const size_t rows = link.page.kernel.table().size();
  REQUIRE(link.client.schedule(link.page.python.evaluate("lambda: calls.append(1)"), 20));
  REQUIRE(link.client.schedule(link.page.python.evaluate("lambda: 1 / 0"), 0));
  REQUIRE(link.channel.scheduled.size() == 2);
  CHECK(link.channel.scheduled[0].delayMs == 20);

  for (const auto& [callable, delayMs] : link.channel.scheduled) {
    link.session.runScheduled(callable);
  }

  CHECK(link.page.python.holds("calls == [1]"));
  REQUIRE(link.told().size() == 1);
  CHECK(link.told()[0].starts_with("unhandled Traceback"));
  CHECK(link.page.kernel.table().size() == rows);
}

TEST_CASE("proxy/messages/session: pings are answered, unknown messages named, others refused") {
  TestLink link;
  link.write([](OutgoingFrame& frame) { frame.message().setPing(4); });
  link.deliver();
  CHECK(link.told() == std::vector<std::string>{"pong 4"});

  link.write([](OutgoingFrame& frame) { frame.message().initWelcome(); });
  link.deliver();
  CHECK(link.session.link().isClosed());
  CHECK(link.channel.isClosed);
  CHECK(link.told().back() == "bye 1 a message that is not legal here");
}

TEST_CASE("proxy/messages/session: a return of no call ends the link") {
  TestLink link;
  link.write([](OutgoingFrame& frame) {
    frame.message().initReturn().setCallId(4);
    frame.message().getReturn().initValue().setNone();
  });
  link.deliver();

  CHECK(link.session.link().isClosed());
}
