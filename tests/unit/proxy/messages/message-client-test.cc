#include "proxy/messages/message-client.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-link.h"

using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestLink;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t kFunction = krait::bit(TypeFlag::CALLABLE);

}  // namespace

TEST_CASE("proxy/messages/message-client: Python calls JavaScript with all kinds of arguments") {
  TestLink link;
  link.show("f", 1, kFunction);
  link.on(Op::CALL, [](const Asked& asked) {
    CHECK(asked.object == 1);
    CHECK(asked.keywords == 1);
    REQUIRE(asked.values.size() == 6);
    CHECK(asked.values[0].number == 1);
    CHECK(asked.values[1].text() == "text");
    CHECK(asked.values[2].tag == ValueTag::MINE);
    CHECK(asked.values[3].handle.index == 1);
    CHECK(asked.values[4].boolean);
    CHECK(asked.values[5].text() == "key");
    return Recorded::of(42);
  });

  link.page.python.run("result = f(1, 'text', [], f, key=True)");

  CHECK(link.page.python.holds("result == 42"));
}

TEST_CASE("proxy/messages/message-client: errors of JavaScript are raised, misses are not") {
  TestLink link;
  link.show("f", 1, kFunction);
  link.on(Op::CALL, [&](const Asked&) {
    return Reply::failed(FailureKind::JAVASCRIPT, link.object(2, krait::bit(TypeFlag::EXCEPTION)));
  });
  link.on(Op::GET_ATTR, [](const Asked& asked) {
    if (asked.values[0].text() == "name") return Reply(Recorded::of("TypeError"));
    if (asked.values[0].text() == "message") return Reply(Recorded::of("no"));
    return Reply::failed(FailureKind::NO_ATTRIBUTE);
  });
  link.on(Op::STR, [](const Asked&) { return Recorded::of("TypeError: no"); });

  CHECK(link.page.raised("f()").starts_with("JsException"));
  CHECK(link.page.raised("f.none_such").starts_with("AttributeError"));
}

TEST_CASE("proxy/messages/message-client: what was released rides in front of the next call") {
  TestLink link;
  link.show("f", 1, kFunction);
  link.on(Op::CALL, [](const Asked&) { return Recorded::none(); });
  link.show("gone", 2);

  link.page.python.run("del gone");
  CHECK(link.channel.fromKernel.empty());
  CHECK(link.held(2) == 1);
  link.page.python.run("f()");

  CHECK(link.held(2) == 0);
}

TEST_CASE("proxy/messages/message-client: a dropped link fails whoever waits, and all who come") {
  TestLink link;
  link.show("f", 1, kFunction);
  link.channel.whenWaiting = [&](double) { link.channel.isClosed = true; };

  CHECK(link.page.raised("f()") ==
        "ConnectionError: JavaScript cannot be reached: the channel is closed");
  CHECK(link.page.raised("f()").starts_with("ConnectionError"));
}

TEST_CASE("proxy/messages/message-client: where nothing can wait a call says so") {
  TestLink link;
  link.show("f", 1, kFunction);
  link.channel.canWait = false;

  CHECK(link.page.raised("f()").starts_with("RuntimeError: Python cannot wait for JavaScript"));
}

TEST_CASE("proxy/messages/message-client: a call that cannot be written introduces nothing") {
  TestLink link;
  link.show("f", 1, kFunction);
  const auto rows = link.page.kernel.table().size();

  const std::string raised = link.page.raised(
      "class Bad:\n"
      "  @property\n"
      "  def __class__(self): raise ValueError('no')\n"
      "f([], 'x' * (2 ** 31), Bad())");

  CHECK(raised != "");
  CHECK(link.page.kernel.table().size() == rows);
  CHECK(link.calls().empty());
}

TEST_CASE("proxy/messages/message-client: calls nest to the limit, and one more is an error") {
  TestLink link;
  link.show("f", 1, kFunction);
  auto depth = link.page.kernel.table().insert(
      link.page.python.evaluate("lambda f, n: f(n - 1) if n else 0"));
  auto f = link.page.kernel.table().insert(link.page.python.evaluate("f"));
  // JavaScript's function calls Python's again, and returns what that returns.
  std::vector<std::pair<uint32_t, uint32_t>> stack;  // its call, the nested one
  link.channel.whenWaiting = [&](double) {
    if (const auto call = link.nextAsked()) {
      const Recorded n = krait::test::recorded(krait::MessageValueReader(call->arguments[0]));
      const uint32_t nested =
          link.writeCall(Op::CALL, *depth, {Recorded::yours(*f), n},
                         {.chain = call->chain, .depth = static_cast<uint16_t>(call->depth + 1)});
      return stack.emplace_back(call->id, nested), void();
    }
    REQUIRE(!stack.empty());
    const auto [callId, nested] = stack.back();
    stack.pop_back();
    const auto ended = link.ended(nested);
    const bool hasFailed = ended.status == krait::wire::Status::FAILED;
    link.writeReturn(callId, hasFailed ? Reply::failed(FailureKind::PYTHON, Recorded::none(),
                                                       static_cast<int>(ended.values[3].number))
                                       : Reply(ended.values[0]));
  };

  const auto deep = link.call(Op::CALL, *depth, {Recorded::yours(*f), Recorded::of(20)});
  CHECK(deep.values[0].number == 0);
  const auto tooDeep = link.call(Op::CALL, *depth, {Recorded::yours(*f), Recorded::of(200)});
  CHECK(tooDeep.status == krait::wire::Status::FAILED);
  CHECK(tooDeep.values[1].text() == "RecursionError");
  link.page.kernel.release(*f, 1);
  link.page.kernel.release(*depth, 1);
}
