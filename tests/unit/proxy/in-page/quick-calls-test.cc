#include "proxy/in-page/quick-calls.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::Frame;
using krait::FrameReader;
using krait::FrameWriter;
using krait::Handle;
using krait::InPageKernel;
using krait::kMinSlots;
using krait::QuickCalls;
using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::QuickEnd;
using krait::wire::ValueTag;

namespace {

constexpr uint32_t ended(QuickEnd end) { return QuickCalls::kEnded | static_cast<uint32_t>(end); }
constexpr uint32_t tag(ValueTag tag) { return static_cast<uint32_t>(tag); }

/// A frame with values, and what is made of it.
class Request {
 public:
  Request(TestPage& page, const std::vector<Recorded>& values)
      : page_(page), frame_(page.kernel.frames(), values.size()) {
    const auto count = static_cast<uint32_t>(values.size());
    FrameWriter writer(page.kernel.frames(), frame_.spilled(), frame_.address(), count);
    for (const Recorded& value : values) krait::test::play(value, *writer.next());
  }

  uint32_t address() const { return frame_.address(); }
  Recorded slot(uint32_t position) const {
    const FrameReader reader(page_.kernel.frames(), frame_.address(), kMinSlots);
    return krait::test::recorded(reader.at(position));
  }

 private:
  TestPage& page_;
  Frame frame_;
};

/// A page with one Python object, which the test gives back at its end.
class Page : public TestPage {
 public:
  explicit Page(const char* expression) {
    const Request request(*this, {Recorded::of(expression)});
    REQUIRE(kernel.dispatch(Op::EVAL, {}, request.address(), 1, 0) == 0);
    object_ = request.slot(0);
    REQUIRE(object_.tag == ValueTag::MINE);
  }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() { giveBack(object_); }

  Handle target() const { return object_.handle; }
  QuickCalls& quick() { return kernel.quick(); }
  uint32_t name(const char* text) {
    const Request request(*this, {Recorded::of(text)});
    return quick().nameIn(request.address());
  }

 private:
  Recorded object_ = Recorded::none();
};

}  // namespace

TEST_CASE("proxy/in-page/quick-calls: a call gives immediate values by their tags") {
  Page page("lambda *args: args[0] if args else None");
  const Request none(page, {});
  CHECK(page.quick().call(page.target(), none.address(), 0) == tag(ValueTag::NONE));

  const Request number(page, {Recorded::of(7), Recorded::of("rest")});
  CHECK(page.quick().call(page.target(), number.address(), 2) == tag(ValueTag::INT));
  CHECK(number.slot(0).number == 7);

  const Request text(page, {Recorded::of("short")});
  CHECK(page.quick().call(page.target(), text.address(), 1) == tag(ValueTag::TEXT));
  CHECK(text.slot(0).text() == "short");
}

TEST_CASE("proxy/in-page/quick-calls: what is unusual is answered as by the dispatcher") {
  Page page("lambda *args: len(args)");
  const std::vector<Recorded> many(QuickCalls::kMaxArguments + 1, Recorded::of(1));
  const Request request(page, many);
  CHECK(page.quick().call(page.target(), request.address(), QuickCalls::kMaxArguments + 1) ==
        tag(ValueTag::INT));
  CHECK(request.slot(0).number == QuickCalls::kMaxArguments + 1);

  const Request object(page, {page.object(5)});
  CHECK(page.quick().call(page.target(), object.address(), 1) == tag(ValueTag::INT));
  CHECK(page.held(5) == 0);

  const Request stale(page, {});
  CHECK(page.quick().call({9999, 1}, stale.address(), 0) == ended(QuickEnd::FAILED));
  CHECK(stale.slot(0).number == static_cast<double>(FailureKind::STALE_HANDLE));

  const uint32_t noFrame = QuickCalls::kEnded | InPageKernel::kNoFrame;
  CHECK(page.quick().call(page.target(), 4, 0) == noFrame);
  CHECK(page.quick().getAttr(page.target(), 4, page.name("x"), {}) == noFrame);
  CHECK(page.quick().getAttr(page.target(), stale.address(), 12345, {}) == noFrame);
  CHECK(page.quick().getItem(page.target(), 0xfffffff0) == noFrame);
}

TEST_CASE("proxy/in-page/quick-calls: a Python exception is told in the frame") {
  Page page("lambda: {}['key']");
  const Request request(page, {});
  CHECK(page.quick().call(page.target(), request.address(), 0) == ended(QuickEnd::FAILED));
  CHECK(request.slot(1).text() == "KeyError");
  CHECK(request.slot(2).text().ends_with("KeyError: 'key'\n"));
}

TEST_CASE("proxy/in-page/quick-calls: attributes by the number of their name") {
  Page page("type('Thing', (), {'x': 3, 'go': lambda self: 1})()");
  const uint32_t x = page.name("x");
  const uint32_t missing = page.name("missing");
  REQUIRE(x != 0);
  Request request(page, {Recorded::of(4)});

  CHECK(page.quick().setAttr(page.target(), request.address(), x) == tag(ValueTag::NONE));
  CHECK(page.quick().getAttr(page.target(), request.address(), x, {}) == tag(ValueTag::INT));
  CHECK(request.slot(0).number == 4);
  CHECK(page.quick().getAttr(page.target(), request.address(), missing, {}) ==
        ended(QuickEnd::MISS));

  const uint32_t go = page.name("go");
  CHECK(page.quick().getAttr(page.target(), request.address(), go, {}) == tag(ValueTag::MINE));
  const Recorded method = request.slot(0);
  CHECK(page.quick().getAttr(page.target(), request.address(), go, method.handle) ==
        ended(QuickEnd::SAME));
  CHECK(page.quick().getAttr(page.target(), request.address(), x, method.handle) ==
        tag(ValueTag::INT));
  page.giveBack(method);
}

TEST_CASE("proxy/in-page/quick-calls: items, and those that are not there") {
  Page page("{1: [1]}");
  const Request both(page, {Recorded::of(1), Recorded::of(2.5)});
  CHECK(page.quick().setItem(page.target(), both.address()) == tag(ValueTag::NONE));
  const Request key(page, {Recorded::of(1)});
  CHECK(page.quick().getItem(page.target(), key.address()) == tag(ValueTag::FLOAT));
  CHECK(key.slot(0).number == 2.5);
  const Request other(page, {Recorded::of(2)});
  CHECK(page.quick().getItem(page.target(), other.address()) == ended(QuickEnd::MISS));
}

TEST_CASE("proxy/in-page/quick-calls: a position past the end is a miss, another failure is none") {
  Page page("[0]");
  const Request past(page, {Recorded::of(3)});
  CHECK(page.quick().getItem(page.target(), past.address()) == ended(QuickEnd::MISS));
  const Request wrong(page, {Recorded::of(1.5)});
  CHECK(page.quick().getItem(page.target(), wrong.address()) == ended(QuickEnd::FAILED));
  CHECK(wrong.slot(1).text() == "TypeError");
}

TEST_CASE("proxy/in-page/quick-calls: names are kept up to a limit") {
  Page page("[]");
  uint32_t last = 0;
  for (size_t i = 0; i <= QuickCalls::kMaxNames; i++) {
    const uint32_t number = page.name(("name" + std::to_string(i)).c_str());
    if (number != 0) last = number;
  }
  CHECK(last <= QuickCalls::kMaxNames);
  CHECK(page.name("one more") == 0);
}
