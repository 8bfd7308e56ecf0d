#include "tests/unit/proxy/support/test-page.h"

#include <doctest/doctest.h>

#include <deque>

#include "kernel/python-error.h"
#include "proxy/in-page/imports.h"

namespace krait::test {

namespace {

/// Of every handle that the test's client issues.
constexpr uint32_t kGeneration = 7;

TestPage* page = nullptr;

/// One for all tests, since Python starts once. It outlives Python, which gives back handles when
/// it ends.
InPageKernel& theKernel() {
  static auto* const kernel = new InPageKernel;
  return *kernel;
}

}  // namespace

TestPage::TestPage() : kernel(theKernel()) {
  page = this;
  on(wire::Op::IDENTITY,
     [](const Asked& asked) { return Recorded::of(static_cast<int>(asked.object)); });
  PyRef module = PyRef::steal(PyImport_ImportModule("_krait"));
  REQUIRE(module);
  python.set("krait", module.get());
}

TestPage::~TestPage() {
  python.run("globals().clear()\nimport gc\ngc.collect()");
  kernel.objects().releaseRetired();
  for (const auto& [number, count] : held_) {
    CHECK_MESSAGE(count == 0, "Python holds object " << number);
  }
  CHECK_MESSAGE(kernel.table().size() == 0, "JavaScript holds Python objects");
  page = nullptr;
}

Recorded TestPage::object(uint32_t number, uint32_t flags) {
  held_[number]++;
  return Recorded::mine({number, kGeneration}, flags);
}

void TestPage::show(const char* name, uint32_t number, uint32_t flags) {
  auto view = kernel.conversion().read(RecordedReader(object(number, flags)));
  REQUIRE(view);
  python.set(name, view->get());
}

int TestPage::held(uint32_t number) {
  kernel.objects().releaseRetired();
  const auto found = held_.find(number);
  return found == held_.end() ? 0 : found->second;
}

void TestPage::giveBack(const Recorded& mine) { kernel.release(mine.handle, 1); }

std::string TestPage::raised(const std::string& statements) {
  python.set("statements", PyRef::steal(PyUnicode_FromString(statements.c_str())).get());
  python.run(
      "text = ''\n"
      "try:\n"
      "  exec(statements)\n"
      "except BaseException as e:\n"
      "  text = f'{type(e).__name__}: {e}'\n");
  return textOf(python.evaluate("text").get());
}

uint32_t TestPage::serve(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                         uint32_t keywords) {
  Asked asked{op, target.index, {}, keywords};
  FrameReader reader(kernel.frames(), frame, positional + 2 * keywords);
  for (uint32_t at = 0; at < reader.size(); at++) asked.values.push_back(recorded(reader.at(at)));
  asked_.push_back(asked);

  const auto answer = answers_.find(op);
  const bool isKnown = answer != answers_.end();
  CHECK_MESSAGE(isKnown,
                "no answer to op " << static_cast<int>(op));  // nothing is thrown through Python
  const Reply reply =
      isKnown ? answer->second(asked) : Reply::failed(wire::FailureKind::UNSUPPORTED);

  static std::deque<SpilledBytes> spilled;  // good until the next call at this depth or above
  if (spilled.size() > 8) spilled.pop_front();
  FrameWriter writer(kernel.frames(), spilled.emplace_back(kernel.memory()), frame, kMinSlots);
  for (const Recorded& slot : reply.slots) play(slot, *writer.next());
  for (const Recorded& value : asked.values) {
    if (value.tag == wire::ValueTag::MINE && !keepsArguments) giveBack(value);
  }
  return static_cast<uint32_t>(reply.status);
}

void TestPage::take(Handle handle, uint32_t count) {
  CHECK(handle.generation == kGeneration);
  held_[handle.index] -= static_cast<int>(count);
  CHECK(held_[handle.index] >= 0);
}

Recorded recorded(const ValueReader& reader) {
  Recorded value{.tag = reader.tag()};
  auto copy = [](std::span<const uint8_t> bytes) {
    return std::vector<uint8_t>(bytes.begin(), bytes.end());
  };
  switch (reader.tag()) {
    case wire::ValueTag::BOOL:
      return Recorded::of(reader.boolean());
    case wire::ValueTag::INT:
    case wire::ValueTag::FLOAT:
      value.number = reader.number();
      break;
    case wire::ValueTag::BIG_INT:
      value.bytes = copy(reader.bigInt());
      break;
    case wire::ValueTag::TEXT: {
      const TextView text = reader.text();
      value.encoding = text.encoding;
      value.bytes = copy({static_cast<const uint8_t*>(text.data), text.byteLength});
      break;
    }
    case wire::ValueTag::BLOB:
    case wire::ValueTag::GRAPH:
      value.bytes = copy(reader.blob());
      break;
    case wire::ValueTag::MINE:
      value.typeFlags = reader.typeFlags();
      [[fallthrough]];
    case wire::ValueTag::YOURS:
      value.handle = reader.handle();
      break;
    default:
      break;
  }
  return value;
}

bool play(const Recorded& value, ValueWriter& writer) {
  switch (value.tag) {
    case wire::ValueTag::JS_NULL:
      writer.jsNull();
      break;
    case wire::ValueTag::BOOL:
      writer.boolean(value.boolean);
      break;
    case wire::ValueTag::INT:
      writer.integer(value.number);
      break;
    case wire::ValueTag::FLOAT:
      writer.number(value.number);
      break;
    case wire::ValueTag::BIG_INT:
      return writer.bigInt(value.bytes);
    case wire::ValueTag::TEXT:
      return writer.text(RecordedReader(value).text());
    case wire::ValueTag::BLOB:
      return writer.blob(value.bytes);
    case wire::ValueTag::GRAPH:
      return writer.graph(value.bytes);
    case wire::ValueTag::YOURS:
      writer.yours(value.handle);
      break;
    case wire::ValueTag::MINE:
      writer.mine(value.handle, value.typeFlags);
      break;
    default:
      writer.none();
  }
  return true;
}

/// Gives the imported functions access to the page.
struct ClientFunctions {
  static uint32_t ask(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                      uint32_t keywords) {
    return page->serve(op, target, frame, positional, keywords);
  }
  static void release(Handle handle, uint32_t count) {
    if (page != nullptr) page->take(handle, count);
  }
  static void schedule(Handle callable, double delayMs) {
    page->scheduled.push_back({callable, delayMs});
  }
  static void suspend(uint32_t wait) { page->onSuspend(wait); }
  static void failed(uint32_t frame) {
    const FrameReader slots(page->kernel.frames(), frame, kMinSlots);
    page->failures.push_back(recorded(slots.at(1)));
  }
};

}  // namespace krait::test

using krait::test::ClientFunctions;

uint32_t krait_client_ask(uint32_t op, uint32_t index, uint32_t generation, uint32_t frame,
                          uint32_t positional, uint32_t keywords) {
  return ClientFunctions::ask(static_cast<krait::wire::Op>(op), {index, generation}, frame,
                              positional, keywords);
}

// What these ask is asked by `krait_client_ask` as well, which the tests answer.
uint32_t krait_client_is_quick() { return 0; }
uint32_t krait_client_name(uint32_t, uint32_t) { return 0; }
uint32_t krait_client_call(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) { return 0; }
uint32_t krait_client_get(uint32_t, uint32_t, uint32_t, uint32_t) { return 0; }
uint32_t krait_client_set(uint32_t, uint32_t, uint32_t, uint32_t) { return 0; }
uint32_t krait_client_item(uint32_t, uint32_t, uint32_t, int32_t) { return 0; }
uint32_t krait_client_next(uint32_t, uint32_t, uint32_t) { return 0; }

void krait_client_release(uint32_t index, uint32_t generation, uint32_t count) {
  ClientFunctions::release({index, generation}, count);
}

void krait_client_schedule(uint32_t index, uint32_t generation, double delayMs) {
  ClientFunctions::schedule({index, generation}, delayMs);
}

uint32_t krait_client_switches() { return 1; }

void krait_client_suspend(uint32_t wait) { ClientFunctions::suspend(wait); }

void krait_client_wake(uint32_t) {}

void krait_client_failed(uint32_t frame) { ClientFunctions::failed(frame); }
