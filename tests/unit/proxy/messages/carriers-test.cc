// A call frame and a message mean the same: each op is asked through both carriers of one kernel.
#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-link.h"

using krait::Frame;
using krait::FrameReader;
using krait::FrameWriter;
using krait::Handle;
using krait::kMinSlots;
using krait::PyRef;
using krait::test::Ended;
using krait::test::Recorded;
using krait::test::TestLink;
using krait::wire::Op;
using krait::wire::Status;
using krait::wire::ValueTag;

namespace {

/// One question: an op, the Python expression of its target, its arguments. The order is the one to
/// read it in.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct Question {
  Op op;
  const char* target;
  std::vector<Recorded> arguments = {};
  uint32_t keywords = 0;
};

Ended askByFrame(TestLink& link, const Question& question, Handle target) {
  Frame frame(link.page.kernel.frames(), question.arguments.size());
  const auto count = static_cast<uint32_t>(question.arguments.size());
  FrameWriter writer(link.page.kernel.frames(), frame.spilled(), frame.address(), count);
  for (const Recorded& argument : question.arguments) {
    REQUIRE(krait::test::play(argument, *writer.next()));
  }
  const auto status = static_cast<Status>(link.page.kernel.dispatch(
      question.op, target, frame.address(), count - 2 * question.keywords, question.keywords));
  const FrameReader reply(link.page.kernel.frames(), frame.address(), kMinSlots);
  Ended ended{status, {}};
  for (uint32_t i = 0; i < (status == Status::FAILED ? 4u : 1u); i++) {
    ended.values.push_back(krait::test::recorded(reply.at(i)));
  }
  return ended;
}

Ended askByMessage(TestLink& link, const Question& question, Handle target) {
  return link.call(question.op, target, question.arguments,
                   {.keywords = static_cast<uint16_t>(question.keywords)});
}

/// A report without what it says of memory, which is never the same twice.
Recorded withoutMemory(Recorded report) {
  const std::string text = report.text();
  const auto bytes = text.substr(0, text.find(", \"memory\""));
  report.bytes.assign(bytes.begin(), bytes.end());
  return report;
}

/// Equal, but for what names one object: two results of one question are two objects.
void checkSame(const Recorded& frame, const Recorded& message) {
  CHECK(frame.tag == message.tag);
  CHECK(frame.boolean == message.boolean);
  CHECK((frame.number == message.number || frame.number != frame.number));
  CHECK(frame.encoding == message.encoding);
  CHECK(frame.typeFlags == message.typeFlags);
  if (frame.tag != ValueTag::GRAPH) CHECK(frame.bytes == message.bytes);
}

/// What a deep copy says, when it is read again.
std::string reprOf(TestLink& link, const Recorded& graph) {
  auto copy = link.page.kernel.conversion().read(krait::test::RecordedReader(graph));
  REQUIRE(copy);
  return krait::test::textOf(PyRef::steal(PyObject_Repr(copy->get())).get());
}

const Question kQuestions[] = {
    {Op::GET_ATTR, "1 + 2j", {Recorded::of("imag")}},
    {Op::GET_ATTR, "[]", {Recorded::of("none_such")}},
    {Op::SET_ATTR, "A", {Recorded::of("x"), Recorded::of(2.5)}},
    {Op::DEL_ATTR, "A", {Recorded::of("x")}},
    {Op::HAS_ATTR, "[]", {Recorded::of("append")}},
    {Op::DIR, "()"},
    {Op::CALL, "divmod", {Recorded::of(17), Recorded::of(5)}},
    {Op::CALL, "dict", {Recorded::null(), Recorded::of("key")}, 1},
    {Op::CALL, "lambda *a: a[-1]", {Recorded::bigInt({1, 2, 3, 4, 5, 6, 7, 8, 9})}},
    {Op::CALL, "lambda *a: a[-1]", {Recorded::undefined()}},
    {Op::CALL, "lambda *a: a[-1]", {Recorded::blob({1, 2, 3})}},
    {Op::CALL, "lambda *a: a[-1]", {Recorded::integer(0.5)}},
    {Op::CONSTRUCT, "list"},
    {Op::CALL_METHOD, "'ab'", {Recorded::of("upper")}},
    {Op::GET_ITEM, "[1, 2]", {Recorded::of(-1)}},
    {Op::GET_ITEM, "[1, 2]", {Recorded::of(9)}},
    {Op::SET_ITEM, "{}", {Recorded::of("k"), Recorded::of(true)}},
    {Op::DEL_ITEM, "{}", {Recorded::of("k")}},
    {Op::CONTAINS, "{1}", {Recorded::of(1)}},
    {Op::LENGTH, "'abc'"},
    {Op::TRUTH, "[]"},
    {Op::ITER, "[1]"},
    {Op::NEXT, "iter([])"},
    {Op::NEXT_BATCH, "iter('abcdef')", {Recorded::of(4)}},
    {Op::SEND, "(x for x in [1])", {Recorded::none()}},
    {Op::THROW_INTO, "(x for x in [1])", {Recorded::of("x")}},
    {Op::CLOSE, "(x for x in [1])"},
    {Op::AITER, "[]"},
    {Op::ANEXT, "[]"},
    {Op::AWAIT, "[]"},
    {Op::REPR, "'\\ud800'"},
    {Op::STR, "'\u00e9'"},
    {Op::TYPE_NAME, "[]"},
    {Op::HASH, "1"},
    {Op::COMPARE, "1", {Recorded::of(2), Recorded::of("<")}},
    {Op::IS_INSTANCE, "1", {Recorded::of("no class")}},
    {Op::IDENTITY, "None"},
    {Op::TO_NATIVE, "{'a': [1, 2.5, None, 'x']}", {Recorded::of(-1)}},
    {Op::GET_BUFFER, "3"},
    {Op::RELEASE_BUFFER, "None", {Recorded::of(77)}},
    {Op::IMPORT_MODULE, "None", {Recorded::of("none.such")}},
    {Op::EVAL, "None", {Recorded::of("1 +")}},
    {Op::EVAL_ASYNC, "None", {Recorded::of("1")}},
    {Op::TYPE_OF, "None"},
    {Op::FLAGS, "[]"},
    {Op::CALL_ONCE, "None"},
    {Op::STATS, "None"},
    {Op::FROM_GRAPH, "None", {Recorded::graph({1, 0, 0})}},
    {Op::PROXY_OF, "None"},
    {Op::CALL_BOUND, "None"},
    {Op::OWN_PROPERTIES, "None"},
    {Op::WEAK_REF, "None"},
    {Op::UNWRAP, "None"},
    {Op::DISPOSE, "None"},
    {Op::MAKE_ERROR, "None"},
    {Op::PUT_BUFFER, "None"},
};

}  // namespace

TEST_CASE("proxy/messages/carriers: a frame and a message mean the same for every op") {
  TestLink link;
  std::vector<bool> isAsked(static_cast<size_t>(Op::MAKE_ERROR) + 1);
  for (const Question& question : kQuestions) {
    CAPTURE(static_cast<int>(question.op));
    CAPTURE(question.target);
    isAsked[static_cast<size_t>(question.op)] = true;
    std::vector<Ended> ends;
    for (const auto ask : {askByFrame, askByMessage}) {
      link.page.python.run("class A: x = 1");
      auto target = link.page.kernel.table().insert(link.page.python.evaluate(question.target));
      ends.push_back(ask(link, question, *target));
      link.page.kernel.release(*target, 1);
    }

    REQUIRE(ends[0].status == ends[1].status);
    REQUIRE(ends[0].values.size() == ends[1].values.size());
    if (question.op == Op::STATS) {
      for (Ended& ended : ends) ended.values[0] = withoutMemory(ended.values[0]);
    }
    const size_t compared = ends[0].status == Status::FAILED ? 3 : 1;  // serials count up
    for (size_t i = 0; i < compared; i++) checkSame(ends[0].values[i], ends[1].values[i]);
    if (ends[0].values[0].tag == ValueTag::GRAPH) {
      CHECK(reprOf(link, ends[0].values[0]) == reprOf(link, ends[1].values[0]));
    }
    for (const Ended& ended : ends) {
      if (ended.values[0].tag == ValueTag::MINE) link.giveBack(ended.values[0]);
    }
  }
  for (size_t op = 0; op < isAsked.size(); op++) CHECK_MESSAGE(isAsked[op], "op " << op);
}

TEST_CASE("proxy/messages/carriers: Python asks the same of both") {
  const char* const program = "f(None, True, -3, 2.5, 2 ** 70, 'a', '\\u20ac', '\\ud800', k=1)";
  std::vector<krait::test::Asked> asked[2];
  const auto record = [](std::vector<krait::test::Asked>& all) {
    return [&all](const krait::test::Asked& one) {
      all.push_back(one);
      return Recorded::of(7);
    };
  };
  {
    krait::test::TestPage page;
    page.on(Op::CALL, record(asked[0]));
    page.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
    page.python.run(program);
  }
  {
    TestLink link;
    link.on(Op::CALL, record(asked[1]));
    link.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
    link.page.python.run(program);
  }

  REQUIRE(asked[0].size() == 1);
  REQUIRE(asked[1].size() == 1);
  CHECK(asked[0][0].object == asked[1][0].object);
  CHECK(asked[0][0].keywords == asked[1][0].keywords);
  REQUIRE(asked[0][0].values.size() == asked[1][0].values.size());
  for (size_t i = 0; i < asked[0][0].values.size(); i++) {
    checkSame(asked[0][0].values[i], asked[1][0].values[i]);
  }
}
