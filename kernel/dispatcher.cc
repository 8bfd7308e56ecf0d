#include "kernel/dispatcher.h"

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/graph.h"
#include "kernel/operations/operation.h"

namespace krait {

namespace {

Error outOfMemory() {
  PyErr_Clear();
  PyErr_NoMemory();
  return takePythonError();
}

/// Runs `step`; memory that C++ did not get becomes a MemoryError, as memory that Python did not
/// get is.
template <typename Step>
auto withMemoryErrors(Step step) -> decltype(step()) {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    return outOfMemory();
  }
}

/// Writes text or, when the carrier does not take that much, the beginning of it.
void writeTextOrPart(PyObject* text, ValueWriter& writer) {
  constexpr Py_ssize_t kPart = 2000;
  if (text != nullptr && PyUnicode_GET_LENGTH(text) > kPart * 1000) text = nullptr;
  if (text != nullptr && writer.text(TextOf(text).view())) return;
  PyRef part = PyRef::steal(text != nullptr ? PyUnicode_Substring(text, 0, kPart) : nullptr);
  if (!part) PyErr_Clear();
  if (!part || !writer.text(TextOf(part.get()).view())) writer.none();
}

}  // namespace

wire::Status Dispatcher::dispatch(const Request& request, ArgumentWriter& reply) {
  if (isFull()) {
    {
      const Arguments unread(request.arguments, request.keywordCount, conversion_);
    }
    return answer(recursionError("more than 64 calls are nested between JavaScript and Python"),
                  reply);
  }
  enter();
  auto outcome = withMemoryErrors([&] { return run(request); });
  if (outcome && request.kept != nullptr && outcome->value) {
    *request.kept = outcome->value.dup();
  }
  if (outcome && !request.isResultWanted) {
    if (outcome->graph) withdrawGraph(outcome->graph->records, conversion_);
    *outcome = Outcome{PyRef::borrow(Py_None), outcome->status};
  }
  const wire::Status status = answer(std::move(outcome), reply);
  leave();
  return status;
}

/// Lets go of what replies at this depth, and below it, have named. It may run Python.
void Dispatcher::forgetReplies() {
  while (deepestReply_ >= depth_) {
    const std::vector<PyRef> forgotten = std::exchange(replied_[deepestReply_], {});
    deepestReply_--;
  }
}

wire::Status Dispatcher::answer(Result<Outcome> outcome, ArgumentWriter& reply) {
  ValueWriter* const first = reply.next();
  if (first == nullptr) return wire::Status::FAILED;
  if (!outcome) return fail(outcome.error(), first, reply);
  auto status = withMemoryErrors([&] { return succeed(std::move(*outcome), *first); });
  if (!status) return fail(status.error(), first, reply);
  return *status;
}

bool Dispatcher::release(Handle handle, uint32_t count) {
  // May come in while an exception is on its way, and what is dropped may run Python.
  PyObject* pending = PyErr_GetRaisedException();
  auto released = conversion_.table().release(handle, count);
  const bool isKnown = static_cast<bool>(released);
  if (isKnown) *released = PyRef();
  PyErr_SetRaisedException(pending);
  return isKnown;
}

void Dispatcher::forgetClient() {
  views_.clear();
  conversion_.table().clear();
}

Result<Outcome> Dispatcher::run(const Request& request) {
  Arguments arguments(request.arguments, request.keywordCount, conversion_);
  if (!arguments.isWellFormed()) {
    return Error{wire::FailureKind::PROTOCOL, "fewer arguments than keywords"};
  }
  return operate(request, arguments);
}

Result<Outcome> Dispatcher::operate(const Request& request, Arguments& arguments) {
  const OperationRow row = operationOf(request.op);
  if (row.run == nullptr) {
    return Error{
        wire::FailureKind::UNSUPPORTED,
        "Python objects have no operation " + std::to_string(static_cast<uint32_t>(request.op))};
  }
  PyRef target;
  if (request.object != nullptr) {
    target = PyRef::borrow(request.object);
  } else if (row.needsTarget) {
    auto found = conversion_.table().find(request.target);
    if (!found) return found.error();
    target = PyRef::borrow(*found);
  }
  Operands operands{target.get(), arguments, conversion_, views_};
  return row.run(operands);
}

Result<wire::Status> Dispatcher::succeed(Outcome outcome, ValueWriter& writer) {
  if (outcome.graph) {
    if (!writer.graph(outcome.graph->records)) {
      withdrawGraph(outcome.graph->records, conversion_);
      return Error{wire::FailureKind::LIMIT, "a graph of " +
                                                 std::to_string(outcome.graph->records.size()) +
                                                 " bytes is longer than the carrier takes"};
    }
    replied_[depth_] = std::move(outcome.graph->alive);
    deepestReply_ = std::max(deepestReply_, depth_);
    return outcome.status;
  }
  auto written = conversion_.write(outcome.value.get(), writer);
  if (!written) return written.error();
  if (conversion_.foreign().unwrap(outcome.value.get())) {
    replied_[depth_].push_back(std::move(outcome.value));
    deepestReply_ = std::max(deepestReply_, depth_);
  }
  return outcome.status;
}

wire::Status Dispatcher::fail(Error error, ValueWriter* first, ArgumentWriter& reply) {
  const Failure failure = lastError_.report(std::move(error));
  first->integer(static_cast<double>(failure.kind));
  ValueWriter* slot = reply.next();
  if (slot != nullptr)
    failure.typeName ? writeTextOrPart(failure.typeName.get(), *slot) : slot->none();
  if (slot != nullptr) slot = reply.next();
  if (slot != nullptr) writeTextOrPart(failure.message.get(), *slot);
  if (slot != nullptr) slot = reply.next();
  if (slot != nullptr) slot->integer(failure.serial);
  return wire::Status::FAILED;
}

}  // namespace krait
