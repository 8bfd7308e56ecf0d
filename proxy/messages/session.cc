#include "proxy/messages/session.h"

#include <kj/exception.h>

#include <array>
#include <new>

#include "proxy/messages/decode.h"

namespace krait {

void Session::receive(Packet packet) {
  try {
    take(std::move(packet), nullptr);
    drain();
  } catch (const kj::Exception& exception) {
    link_.ended(exception.getDescription().cStr());
    link_.channel().close();
  } catch (const std::bad_alloc&) {
    link_.ended("there was no memory for a message");
    link_.channel().close();
  }
}

/// Takes the messages of a packet. `wait` is what Python waits for, or null when nothing runs.
void Session::take(Packet packet, const Wait* wait) {
  if (link_.isClosed()) return;
  auto messages = decodePacket(packet.bytes(), link_.limits());
  if (!messages) {
    Error error = messages.error();
    const bool isLimit = error.kind == wire::FailureKind::LIMIT;
    link_.end(isLimit ? wire::Reason::LIMIT : wire::Reason::PROTOCOL_ERROR, error);
    return;
  }
  auto received = std::make_shared<Received>(std::move(packet), *std::move(messages), Clock::now());
  for (size_t position = 0; position < received->messages.size(); position++) {
    if (link_.isClosed()) return;
    takeMessage({received, position}, wait);
  }
}

void Session::takeMessage(const Pending& pending, const Wait* wait) {
  const Message& message = pending.message();
  if (const auto* hello = std::get_if<HelloMessage>(&message)) return link_.greet(*hello);
  if (const auto* bye = std::get_if<ByeMessage>(&message)) {
    const MessageValue& text = bye->message;
    return link_.ended(text.tag == wire::ValueTag::TEXT
                           ? std::string(text.bytes.begin(), text.bytes.end())
                           : "the other side has closed the link");
  }
  if (!link_.isOpen() || std::holds_alternative<IllegalMessage>(message)) {
    return link_.end(wire::Reason::PROTOCOL_ERROR,
                     {wire::FailureKind::PROTOCOL, "a message that is not legal here"});
  }
  if (pending.call() != nullptr) return takeCall(pending, wait);
  if (std::holds_alternative<ReturnMessage>(message)) return takeReturn(pending);
  if (std::holds_alternative<FinishMessage>(message)) return takeFinish(pending, wait);
  if (const auto* signal = std::get_if<SignalMessage>(&message)) return takeSignal(*signal);
  if (const auto* ping = std::get_if<PingMessage>(&message)) return link_.sendPong(ping->number);
  if (const auto* unknown = std::get_if<UnknownMessage>(&message)) {
    return link_.sendUnimplemented(unknown->tag);
  }
  if (std::holds_alternative<ReleaseMessage>(message)) takeInOrder(pending, wait);
}

/// What must come after everything that was sent before it.
void Session::takeInOrder(const Pending& pending, const Wait* wait) {
  if (wait != nullptr && backlog_.isEmpty()) {
    runPending(pending);
  } else {
    backlog_.push(pending);
  }
}

void Session::takeCall(const Pending& pending, const Wait* wait) {
  const CallMessage& call = *pending.call();
  const bool isNow =
      wait != nullptr && (wait->isServedBy(call) || call.has(wire::CallFlag::REENTRANT));
  if (isNow) return serveNow(pending, *wait);
  const Limits& limits = link_.limits();
  const size_t bytes = backlog_.callBytes() + pending.received->packet.bytes().size();
  if (backlog_.calls() >= limits.maxCalls ||
      (backlog_.calls() > 0 && bytes > limits.maxCallBytes)) {
    return refuse(call, {wire::FailureKind::OVERLOADED, "too many calls wait for the kernel: " +
                                                            std::to_string(backlog_.calls())});
  }
  backlog_.push(pending);
}

/// Of the calls that the client makes for one of Python's without waiting for them, each begins
/// when the one before has ended: those that came meanwhile are in the backlog.
void Session::serveNow(const Pending& pending, const Wait& wait) {
  serve(*pending.call(), pending.received->at);
  const auto isNext = [&](const CallMessage& call) { return wait.isServedBy(call); };
  while (auto next = backlog_.take(isNext)) runPending(*next);
}

void Session::takeReturn(const Pending& pending) {
  const auto& message = std::get<ReturnMessage>(pending.message());
  for (Wait* wait : waits_) {
    if (wait->callId != message.callId || wait->returned.message != nullptr) continue;
    wait->returned = {pending.received, &message};
    return;
  }
  if (abandoned_.erase(message.callId) == 0) {
    return link_.end(wire::Reason::PROTOCOL_ERROR,
                     {wire::FailureKind::PROTOCOL, "a return of a call that was not made"});
  }
  discard(std::array{message.value, message.thrown});
}

void Session::takeFinish(const Pending& pending, const Wait* wait) {
  const auto& finish = std::get<FinishMessage>(pending.message());
  if (finish.isCancelled) {
    backlog_.cancel([&](const CallMessage& call) {
      if (call.id != finish.callId) return false;
      refuse(call, {wire::FailureKind::CANCELED, "the call was cancelled before it began"});
      return true;
    });
  }
  takeInOrder(pending, wait);
}

void Session::takeSignal(const SignalMessage& signal) {
  using Kind = wire::Signal::Kind;
  bool isObeyed = false;
  if (signal.kind == Kind::CANCEL) {
    const size_t found = backlog_.cancel([&](const CallMessage& call) {
      if (!RunningCalls::isMeant(signal, call.id, call.chain)) return false;
      refuse(call, {wire::FailureKind::CANCELED, "the call was cancelled before it began"});
      return true;
    });
    isObeyed = found > 0;
  } else if (signal.kind == Kind::INTERRUPT) {
    isObeyed = running_.interrupt(signal);
  } else if (signal.kind == Kind::TERMINATE) {
    if (!running_.isEmpty()) PyErr_SetInterrupt();
    return link_.end(wire::Reason::NORMAL,
                     {wire::FailureKind::DISCONNECTED, "the client has ended the kernel"});
  }
  if (isObeyed && signal.nonce != 0) link_.sendSignalTaken(signal.nonce);
}

/// Takes what has come meanwhile, so that what cancels a call is known before the call begins.
void Session::takeAll() {
  for (Packet packet; link_.channel().poll(packet);) take(std::move(packet), nullptr);
}

/// Runs what waits for its turn. Called when nothing runs.
void Session::drain() {
  if (!running_.isEmpty()) return;
  while (!link_.isClosed()) {
    takeAll();
    auto pending = backlog_.pop();
    if (!pending) break;
    runPending(*pending);
  }
  link_.flush();
}

void Session::runPending(const Pending& pending) {
  if (const CallMessage* call = pending.call()) {
    if (!pending.isCancelled) serve(*call, pending.received->at);
  } else if (const auto* release = std::get_if<ReleaseMessage>(&pending.message())) {
    for (const auto& [handle, count] : release->items) parts_.dispatcher.release(handle, count);
  } else if (const auto* finish = std::get_if<FinishMessage>(&pending.message())) {
    const Answer dropped = answers_.finish(finish->callId);
  }
}

/// Answers a call that is not run.
void Session::refuse(const CallMessage& call, Error error) {
  discard(call.arguments);
  OutgoingFrame frame = link_.frame();
  if (call.has(wire::CallFlag::ONEWAY)) {
    writeFailure(error, frame, frame.message().initEvent().initUnhandled());
  } else {
    auto answer = frame.message().initReturn();
    answer.setCallId(call.id);
    auto failure = answer.initFailure();
    writeFailure(error, frame, failure);
    if (call.has(wire::CallFlag::KEEP_ANSWER)) {
      answers_.keep(call.id, Answer::failed(failure.asReader()));
    }
  }
  link_.send(frame);
}

}  // namespace krait
