#include "proxy/in-page/kernel.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::Frame;
using krait::FrameReader;
using krait::FrameWriter;
using krait::Handle;
using krait::InPageKernel;
using krait::kMinSlots;
using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::Status;
using krait::wire::ValueTag;

namespace {

constexpr auto kReturned = static_cast<uint32_t>(Status::RETURNED);
constexpr auto kFailed = static_cast<uint32_t>(Status::FAILED);

/// A call as JavaScript makes it: the frame stays readable while this lives.
class Call {
 public:
  Call(TestPage& page, Op op, Handle target, const std::vector<Recorded>& arguments,
       bool isKept = false)
      : page_(page), frame_(page.kernel.frames(), arguments.size()) {
    const auto count = static_cast<uint32_t>(arguments.size());
    FrameWriter writer(page.kernel.frames(), frame_.spilled(), frame_.address(), count);
    for (const Recorded& argument : arguments) krait::test::play(argument, *writer.next());
    status = isKept ? page.kernel.dispatchKept(op, target, frame_.address(), count, 0)
                    : page.kernel.dispatch(op, target, frame_.address(), count, 0);
  }

  Recorded slot(uint32_t position) const {
    const FrameReader reader(page_.kernel.frames(), frame_.address(), kMinSlots);
    return krait::test::recorded(reader.at(position));
  }

  uint32_t status;

 private:
  TestPage& page_;
  Frame frame_;
};

}  // namespace

TEST_CASE(
    "proxy/in-page/kernel: a kept answer names the object that its value is, or is a copy of") {
  TestPage page;
  const Call math(page, Op::IMPORT_MODULE, {}, {Recorded::of("math")}, /*isKept=*/true);
  REQUIRE(math.status == kReturned);
  CHECK(math.slot(1).tag == ValueTag::MINE);
  CHECK(math.slot(1).handle == math.slot(0).handle);

  const Call pi(page, Op::GET_ATTR, math.slot(0).handle, {Recorded::of("pi")}, /*isKept=*/true);
  CHECK(pi.slot(0).number > 3.14);
  const Recorded kept = pi.slot(1);
  REQUIRE(kept.tag == ValueTag::MINE);
  const Call exact(page, Op::CALL_METHOD, kept.handle, {Recorded::of("is_integer")});
  CHECK_FALSE(exact.slot(0).boolean);

  const Call graph(page, Op::TO_NATIVE, kept.handle, {Recorded::of(-1)}, /*isKept=*/true);
  CHECK(graph.slot(0).tag == ValueTag::GRAPH);
  CHECK(graph.slot(1).tag == ValueTag::ABSENT);
  const Call missing(page, Op::GET_ATTR, kept.handle, {Recorded::of("nothing")}, /*isKept=*/true);
  CHECK(missing.status == kFailed);
  for (const Recorded& mine : {math.slot(0), math.slot(1), kept}) page.giveBack(mine);
}

TEST_CASE("proxy/in-page/kernel: JavaScript asks and is answered in its own frame") {
  TestPage page;
  const Call call(page, Op::IMPORT_MODULE, {}, {Recorded::of("math")});

  REQUIRE(call.status == kReturned);
  const Recorded math = call.slot(0);
  CHECK(math.tag == ValueTag::MINE);

  const Call pi(page, Op::GET_ATTR, math.handle, {Recorded::of("pi")});
  CHECK(pi.slot(0).number > 3.14);
  page.giveBack(math);
}

TEST_CASE("proxy/in-page/kernel: a reply of any length arrives whole") {
  TestPage page;
  for (const int length : {0, 100, 4096, 5000, 1000000}) {
    const Call call(page, Op::EVAL, {}, {Recorded::of("'x' * " + std::to_string(length))});

    REQUIRE(call.status == kReturned);
    CHECK(call.slot(0).text() == std::string(static_cast<size_t>(length), 'x'));
  }
}

TEST_CASE("proxy/in-page/kernel: a Python exception is told as type, traceback and serial") {
  TestPage page;
  const Call call(page, Op::EVAL, {}, {Recorded::of("{}['key']")});

  CHECK(call.status == kFailed);
  CHECK(call.slot(0).number == static_cast<double>(FailureKind::PYTHON));
  CHECK(call.slot(1).text() == "KeyError");
  CHECK(call.slot(2).text().ends_with("KeyError: 'key'\n"));
  CHECK(call.slot(3).number > 0);
}

TEST_CASE("proxy/in-page/kernel: what is no frame is refused, and nothing is written") {
  TestPage page;
  Frame frame(page.kernel.frames(), 4);
  const uint32_t good = frame.address();
  struct Case {
    uint32_t frame, positional, keywords;
  };
  const Case kCases[] = {
      {0, 0, 0},
      {good + 4, 0, 0},
      {good - 64, 0, 0},
      {0xfffffff0, 1, 0},
      {good, 5, 0},
      {good, 0, 3},
      {good, 0xffffffff, 0},
      {good, 0, 0x80000000},
      {good, 0xffffffff, 0xffffffff},
  };
  for (const Case& c : kCases) {
    CHECK(page.kernel.dispatch(Op::EVAL, {}, c.frame, c.positional, c.keywords) ==
          InPageKernel::kNoFrame);
    CHECK(page.kernel.start(c.frame == good ? 4 : c.frame, c.positional) == InPageKernel::kNoFrame);
    CHECK(page.kernel.refresh(c.frame == good ? 4 : c.frame, c.positional) ==
          InPageKernel::kNoFrame);
  }
}

TEST_CASE("proxy/in-page/kernel: unknown ops and stale handles are typed failures") {
  TestPage page;
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): hostile on purpose
  const Call unknown(page, static_cast<Op>(60000), {1, 1}, {});
  CHECK(unknown.slot(0).number == static_cast<double>(FailureKind::UNSUPPORTED));

  const Call stale(page, Op::REPR, {12345, 1}, {});
  CHECK(stale.slot(0).number == static_cast<double>(FailureKind::STALE_HANDLE));
  page.kernel.release({12345, 1}, 1);
}

TEST_CASE("proxy/in-page/kernel: a second start is refused with the reason") {
  TestPage page;
  Frame frame(page.kernel.frames(), 4);
  FrameWriter writer(page.kernel.frames(), frame.spilled(), frame.address(), 4);
  krait::test::play(Recorded::of("python"), *writer.next());
  krait::test::play(Recorded::of("/"), *writer.next());
  krait::test::play(Recorded::of(0), *writer.next());

  CHECK(page.kernel.start(frame.address(), 3) == kFailed);

  const FrameReader reply(page.kernel.frames(), frame.address(), 4);
  CHECK(krait::test::recorded(reply.at(2)).text() == "CPython runs already");
}
