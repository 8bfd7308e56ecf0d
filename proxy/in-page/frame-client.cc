#include "proxy/in-page/frame-client.h"

#include <algorithm>

#include "kernel/graph.h"
#include "proxy/client-values.h"
#include "proxy/in-page/imports.h"
#include "proxy/in-page/quick-calls.h"

namespace krait {

namespace {

/// More arguments than the frame stack has slots can never be sent.
constexpr size_t kMaxArguments = FrameStack::kStackBytes / sizeof(Slot);

uint64_t slotCount(uint64_t positional, uint64_t keywords) { return positional + 2 * keywords; }

Error stackFull() {
  return recursionError(
      "maximum recursion depth exceeded: calls between Python and JavaScript have used up the "
      "frame stack");
}

wire::FailureKind failureKind(const ValueReader& reader) {
  const double number = reader.tag() == wire::ValueTag::INT ? reader.number() : -1;
  const bool isKnown = number >= 0 && number <= static_cast<double>(wire::FailureKind::FATAL);
  return isKnown ? static_cast<wire::FailureKind>(number) : wire::FailureKind::PROTOCOL;
}

uint32_t serialIn(const ValueReader& reader) {
  const double number = reader.tag() == wire::ValueTag::INT ? reader.number() : 0;
  return number > 0 && number <= UINT32_MAX ? static_cast<uint32_t>(number) : 0;
}

}  // namespace

Result<PyRef> FrameClient::ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                               PyObject* keywords, PyRef* stopped) {
  const size_t keywordCount = keywords ? static_cast<size_t>(PyDict_GET_SIZE(keywords)) : 0;
  if (arguments.size() + keywordCount > kMaxArguments) {
    return Error{wire::FailureKind::LIMIT, "a call of JavaScript has " +
                                               std::to_string(arguments.size() + keywordCount) +
                                               " arguments"};
  }
  const Counts counts{static_cast<uint32_t>(arguments.size()), static_cast<uint32_t>(keywordCount)};
  Frame frame(stack_, slotCount(counts.positional, counts.keywords));
  if (frame.address() == 0) return stackFull();
  if (keywords == nullptr) {
    const auto code = quick_.ask(op, target, arguments, frame);
    if (code) return quickResult(*code, frame.address(), stopped);
  }
  auto written = write(frame, arguments, keywords, counts);
  if (!written) return written.error();
  return send(op, target, frame, counts, stopped);
}

bool FrameClient::callQuickly(Handle function, std::span<PyObject* const> arguments, bool isBound,
                              PyObject*& result) {
  const uint32_t top = stack_.top();
  const uint32_t frame =
      stack_.push(std::max<uint64_t>(arguments.size(), kMinSlots) * sizeof(Slot));
  const auto code = frame == 0 ? std::nullopt : quick_.call(function, arguments, isBound, frame);
  if (code == static_cast<uint32_t>(wire::ValueTag::INT)) {
    result = quick_.integer(frame);
  } else if (code == static_cast<uint32_t>(wire::ValueTag::UNDEFINED)) {
    result = Py_None;
  } else if (code) {
    auto answer = quickResult(*code, frame, nullptr);
    result = answer ? answer->release() : nullptr;
    if (!answer) setPythonError(answer.error());
  }
  stack_.setTop(top);
  return code.has_value();
}

Result<PyRef> FrameClient::item(Handle target, Py_ssize_t position) {
  if (position <= INT32_MAX) {
    Frame frame(stack_, 1);
    if (frame.address() == 0) return stackFull();
    const auto code = quick_.item(target, static_cast<int32_t>(position), frame);
    if (code) return quickResult(*code, frame.address(), nullptr);
  }
  return Client::item(target, position);
}

Result<PyRef> FrameClient::quickResult(uint32_t code, uint32_t frame, PyRef* stopped) {
  switch (code) {
    case QuickCalls::kEnded | static_cast<uint32_t>(wire::QuickEnd::FAILED):
      return failureIn(frame);
    case QuickCalls::kEnded | static_cast<uint32_t>(wire::QuickEnd::MISS):
      return Error{wire::FailureKind::NO_ATTRIBUTE, "the JavaScript object has no such property"};
    case QuickCalls::kEnded | static_cast<uint32_t>(wire::QuickEnd::NO_ITEM):
      return Error{wire::FailureKind::NO_ITEM, "the JavaScript object has no such item"};
    case QuickCalls::kEnded | static_cast<uint32_t>(wire::QuickEnd::STOPPED): {
      const FrameReader reply(stack_, frame, kMinSlots);
      return clientResult(wire::Status::STOPPED, reply.at(0), conversion_, stopped);
    }
    default:
      if (code < QuickCalls::kEnded) return quick_.value(code, frame);
      return Error{wire::FailureKind::PROTOCOL,
                   "JavaScript answered with the unknown code " + std::to_string(code)};
  }
}

Result<PyRef> FrameClient::deepCopy(PyObject* object, int depth) {
  Frame frame(stack_, 1);
  if (frame.address() == 0) return stackFull();
  std::vector<PyRef> alive;
  auto records = writeGraph(object, depth, conversion_, &alive);
  if (!records) return records.error();
  FrameWriter writer(stack_, frame.spilled(), frame.address(), 1);
  if (!writer.next()->graphInPlace(*records)) {
    withdrawGraph(*records, conversion_);
    return Error{wire::FailureKind::LIMIT,
                 "there is no memory for a copy of " + std::to_string(records->size()) + " bytes"};
  }
  return send(wire::Op::FROM_GRAPH, {}, frame, {.positional = 1}, nullptr);
}

void FrameClient::release(Handle handle, uint32_t count) {
  krait_client_release(handle.index, handle.generation, count);
}

Result<void> FrameClient::schedule(PyRef callable, double delayMs) {
  auto handle = conversion_.table().insert(std::move(callable));
  if (!handle) return handle.error();
  krait_client_schedule(handle->index, handle->generation, delayMs);
  return {};
}

bool FrameClient::switchesStacks() const { return krait_client_switches() != 0; }

void FrameClient::wake(uint32_t wait) { krait_client_wake(wait); }

Result<void> FrameClient::write(Frame& frame, std::span<PyObject* const> arguments,
                                PyObject* keywords, Counts counts) {
  const auto slots = static_cast<uint32_t>(slotCount(counts.positional, counts.keywords));
  FrameWriter writer(stack_, frame.spilled(), frame.address(), slots);
  uint32_t written = 0;
  return writeCallValues(arguments, keywords, [&](PyObject* object) -> Result<void> {
    auto one = conversion_.write(object, *writer.next());
    if (one) {
      written++;
    } else {
      takeBack(frame, written);
    }
    return one;
  });
}

Result<PyRef> FrameClient::send(wire::Op op, Handle target, const Frame& frame, Counts counts,
                                PyRef* stopped) {
  const uint32_t status =
      krait_client_ask(static_cast<uint32_t>(op), target.index, target.generation, frame.address(),
                       counts.positional, counts.keywords);
  const FrameReader reply(stack_, frame.address(), kMinSlots);
  switch (status) {
    case static_cast<uint32_t>(wire::Status::RETURNED):
    case static_cast<uint32_t>(wire::Status::STOPPED):
      return clientResult(static_cast<wire::Status>(status), reply.at(0), conversion_, stopped);
    case static_cast<uint32_t>(wire::Status::FAILED):
      return failureIn(frame.address());
    default:
      return Error{wire::FailureKind::PROTOCOL,
                   "JavaScript answered with the unknown status " + std::to_string(status)};
  }
}

/// Gives back what the first `slots` slots introduce, when they are not sent after all.
void FrameClient::takeBack(const Frame& frame, uint64_t slots) {
  for (uint32_t position = 0; position < slots; position++) {
    const Slot slot = stack_.load(frame.address(), position);
    if (slot.tag != static_cast<uint32_t>(wire::ValueTag::MINE)) continue;
    auto dropped = conversion_.table().release(slot.handle(), 1);
  }
}

/// Slots of a failure: kind, what was thrown (`mine`, text or none), serial of a PythonError.
Error FrameClient::failureIn(uint32_t frame) {
  const FrameReader reply(stack_, frame, kMinSlots);
  const wire::FailureKind kind = failureKind(reply.at(0));
  // Of a miss the other slots still hold what was asked.
  const uint32_t serial = serialIn(reply.at(2));
  return clientError(kind, reply.at(1), serial, conversion_, lastError_);
}

}  // namespace krait
