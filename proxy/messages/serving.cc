#include "kernel/operations/operation.h"
#include "proxy/messages/reply.h"
#include "proxy/messages/session.h"

namespace krait {

namespace {

Error noAnswer(uint32_t callId) {
  return {wire::FailureKind::PROTOCOL,
          "a call names the answer of the call " + std::to_string(callId) + ", which is not kept"};
}

}  // namespace

void Session::serve(const CallMessage& call, Clock::time_point at) {
  std::optional<Clock::time_point> deadline;
  if (call.deadlineMs > 0) deadline = at + std::chrono::milliseconds(call.deadlineMs);
  const RunningCalls::Scope scope(running_, {.id = call.id,
                                             .chain = call.chain,
                                             .depth = call.depth,
                                             .isClients = true,
                                             .deadline = deadline});
  Reply reply(link_, call, running_.size() == 1 ? &parts_.objects : nullptr);
  PyRef kept;
  run(call, reply, kept);
  if (call.has(wire::CallFlag::KEEP_ANSWER)) {
    answers_.keep(call.id, reply.hasFailed() ? reply.failedAnswer() : Answer::of(std::move(kept)));
  }
  // First, since a program may be over once it has its answer.
  if (running_.size() == 1) link_.tellBusy();
  reply.send();
}

void Session::run(const CallMessage& call, Reply& reply, PyRef& kept) {
  if (const Answer* failed = failedAnswerOf(call)) {
    discard(call.arguments);
    return reply.fail(failed->failure->getRoot<wire::Failure>().asReader());
  }
  std::vector<Handle> temporary;
  std::vector<MessageValue> resolved;
  auto target = prepare(call, resolved, temporary);
  if (!target) {
    discard(call.arguments);
    reply.fail(parts_.lastError.report(target.error()));
  } else {
    const MessageArguments arguments(resolved.empty() ? call.arguments : resolved);
    const bool isKept = call.has(wire::CallFlag::KEEP_ANSWER);
    const bool isUnwanted =
        call.has(wire::CallFlag::DISCARD_RESULT) || call.has(wire::CallFlag::ONEWAY);
    const Request request{.op = call.op,
                          .target = call.object,
                          .arguments = arguments,
                          .keywordCount = call.keywordCount,
                          .object = target->get(),
                          .kept = isKept ? &kept : nullptr,
                          .isResultWanted = !isUnwanted};
    reply.finish(parts_.dispatcher.dispatch(request, reply));
  }
  for (const Handle handle : temporary) parts_.dispatcher.release(handle, 1);
}

/// The answer that a call builds on and that has failed; null when there is none.
const Answer* Session::failedAnswerOf(const CallMessage& call) const {
  const auto failed = [&](uint32_t callId) -> const Answer* {
    const Answer* answer = answers_.find(callId);
    return answer != nullptr && answer->failure != nullptr ? answer : nullptr;
  };
  if (call.targetKind == CallMessage::Target::answer) {
    if (const Answer* answer = failed(call.answer)) return answer;
  }
  for (const MessageValue& value : call.arguments) {
    if (value.tag != MessageValue::kAnswer) continue;
    if (const Answer* answer = failed(value.handle.index)) return answer;
  }
  return nullptr;
}

/// What stands between a call and its dispatch: the object that it is made of (empty: the one that
/// its handle names), and its arguments in `resolved` when they name answers.
Result<PyRef> Session::prepare(const CallMessage& call, std::vector<MessageValue>& resolved,
                               std::vector<Handle>& temporary) {
  if (call.depth > link_.limits().maxChainDepth) {
    return recursionError("more calls are nested on one chain than the kernel takes");
  }
  const auto& deadline = running_.last().deadline;
  if (deadline && *deadline <= Clock::now()) {
    return Error{wire::FailureKind::TIMEOUT, "the deadline passed before the call began"};
  }
  if (call.has(wire::CallFlag::KEEP_ANSWER) && answers_.size() >= link_.limits().maxAnswers) {
    return Error{wire::FailureKind::LIMIT,
                 "more answers are kept than " + std::to_string(link_.limits().maxAnswers)};
  }
  auto resolution = resolve(call, resolved, temporary);
  if (!resolution) return resolution.error();
  return targetOf(call);
}

/// Answers among the arguments become objects that go home, as if the client had been sent them.
Result<void> Session::resolve(const CallMessage& call, std::vector<MessageValue>& resolved,
                              std::vector<Handle>& temporary) {
  for (size_t i = 0; i < call.arguments.size(); i++) {
    if (call.arguments[i].tag != MessageValue::kAnswer) continue;
    const uint32_t callId = call.arguments[i].handle.index;
    const Answer* answer = answers_.find(callId);
    if (answer == nullptr || !answer->value) return noAnswer(callId);
    auto handle = parts_.table.insert(answer->value.dup());
    if (!handle) return handle.error();
    temporary.push_back(*handle);
    if (resolved.empty()) resolved = call.arguments;
    resolved[i] = {.tag = wire::ValueTag::YOURS, .handle = *handle};
  }
  return {};
}

Result<PyRef> Session::targetOf(const CallMessage& call) {
  PyRef target;
  switch (call.targetKind) {
    case CallMessage::Target::service:
      return Error{wire::FailureKind::UNSUPPORTED, "the kernel has no such service"};
    case CallMessage::Target::answer: {
      const Answer* answer = answers_.find(call.answer);
      if (answer == nullptr || !answer->value) return noAnswer(call.answer);
      target = answer->value.dup();
      break;
    }
    case CallMessage::Target::object: {
      if (call.path.empty()) return PyRef();
      auto found = parts_.table.find(call.object);
      if (!found) return found.error();
      target = PyRef::borrow(*found);
    }
  }
  for (const std::string_view name : call.path) {
    PyRef text = PyRef::steal(
        PyUnicode_DecodeUTF8(name.data(), static_cast<Py_ssize_t>(name.size()), nullptr));
    if (!text) return takePythonError();
    auto next = memberOf(target.get(), text.get());
    if (!next) return next.error();
    target = *std::move(next);
  }
  return target;
}

/// Gives back what values introduce that nobody reads.
void Session::discard(std::span<const MessageValue> values) {
  for (const MessageValue& value : values) parts_.conversion.discard(MessageValueReader(value));
}

void Session::runScheduled(Handle callable) {
  if (link_.isClosed()) return;
  {
    const RunningCalls::Scope scope(running_, {.chain = nextChain(), .isClients = false});
    const std::vector<MessageValue> none;
    const CallMessage call{.flags = 1u << static_cast<uint32_t>(wire::CallFlag::ONEWAY)};
    const MessageArguments arguments(none);
    Reply reply(link_, call, &parts_.objects);
    reply.finish(parts_.dispatcher.dispatch(
        {.op = wire::Op::CALL, .target = callable, .arguments = arguments, .isResultWanted = false},
        reply));
    reply.send();
    parts_.dispatcher.release(callable, 1);
  }
  drain();
}

}  // namespace krait
