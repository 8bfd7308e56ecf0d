#include <kj/exception.h>

#include <algorithm>
#include <new>

#include "proxy/messages/session.h"

namespace krait {

namespace {

/// Writes the arguments of a call in order.
class CallWriter final : public ArgumentWriter {
 public:
  CallWriter(OutgoingFrame& frame, capnp::List<wire::Value>::Builder values)
      : values_(values), writer_(frame) {}

  ValueWriter* next() override {
    if (written_ == values_.size()) return nullptr;
    writer_.stand(values_[written_++]);
    return &writer_;
  }

 private:
  capnp::List<wire::Value>::Builder values_;
  MessageValueWriter writer_;
  unsigned written_ = 0;
};

/// A value takes this much of a frame beside its bytes.
constexpr size_t kValueBytes = 32;

Error noMemory() { return {wire::FailureKind::LIMIT, "there is no memory for a message"}; }

}  // namespace

Result<Returned> Session::ask(wire::Op op, Handle target, uint16_t keywordCount,
                              uint32_t argumentCount, const WriteArguments& write) {
  try {
    return askNow(op, target, keywordCount, argumentCount, write);
  } catch (const kj::Exception&) {
    return noMemory();
  } catch (const std::bad_alloc&) {
    return noMemory();
  }
}

Result<Returned> Session::askNow(wire::Op op, Handle target, uint16_t keywordCount,
                                 uint32_t argumentCount, const WriteArguments& write) {
  if (std::this_thread::get_id() != thread_) {
    return Error{wire::FailureKind::WOULD_DEADLOCK,
                 "JavaScript objects can be used by the thread that runs the interpreter only"};
  }
  if (!link_.isOpen()) return disconnected();
  OutgoingFrame frame = link_.frame();
  if (!frame.reserve(kValueBytes * argumentCount)) {
    return Error{wire::FailureKind::LIMIT,
                 "a call of JavaScript has " + std::to_string(argumentCount) + " arguments"};
  }
  Wait wait{
      .callId = takeCallId(),
      .chain = running_.isEmpty() ? nextChain() : running_.last().chain,
      .depth = static_cast<uint16_t>(running_.isEmpty() ? 0 : running_.last().depth + 1),
  };
  auto call = frame.message().initCall();
  call.setId(wait.callId);
  call.setChain(wait.chain);
  call.setDepth(wait.depth);
  call.setOp(op);
  call.setKeywordCount(keywordCount);
  auto object = call.initObject();
  object.setIndex(target.index);
  object.setGeneration(target.generation);
  CallWriter writer(frame, call.initArguments(argumentCount));
  auto written = write(writer);
  if (!written) return written.error();
  link_.send(frame);
  return this->wait(wait);
}

/// Waits for the return of a call, and serves the calls of its chain meanwhile.
Result<Returned> Session::wait(Wait& wait) {
  waits_.push_back(&wait);
  Result<void> received;
  while (received && wait.returned.message == nullptr) received = receiveOne(wait);
  std::erase(waits_, &wait);
  if (received) return std::move(wait.returned);
  if (link_.isOpen()) abandon(wait.callId);
  return received.error();
}

Result<void> Session::receiveOne(const Wait& wait) {
  if (link_.isClosed()) return disconnected();
  if (PyErr_CheckSignals() < 0) return takePythonError();
  const double leftMs = waitMs();
  if (leftMs == 0) {
    return Error{wire::FailureKind::TIMEOUT, "the deadline passed while JavaScript was waited for"};
  }
  Packet packet;
  PyThreadState* const state = PyEval_SaveThread();
  const ChannelState channel = link_.channel().receive(packet, leftMs);
  PyEval_RestoreThread(state);
  if (packet) {
    take(std::move(packet), &wait);
  } else if (channel == ChannelState::closed) {
    link_.ended("the channel is closed");
  } else if (channel == ChannelState::noWait) {
    return Error{wire::FailureKind::SYNC_UNAVAILABLE,
                 "Python cannot wait for JavaScript here, so that its objects cannot be used "
                 "synchronously"};
  }
  return {};
}

/// How long the calls that run leave to wait, in milliseconds; negative: forever.
double Session::waitMs() const {
  double left = -1;
  const auto now = Clock::now();
  for (const RunningCalls::Call& running : running_.all()) {
    if (!running.deadline) continue;
    const std::chrono::duration<double, std::milli> one = *running.deadline - now;
    left = left < 0 ? std::max(one.count(), 0.0) : std::clamp(one.count(), 0.0, left);
  }
  return left;
}

/// Nobody waits for the return of this call any more.
void Session::abandon(uint32_t callId) {
  abandoned_.insert(callId);
  OutgoingFrame frame = link_.frame();
  auto finish = frame.message().initFinish();
  finish.setCallId(callId);
  finish.setCancel(true);
  link_.send(frame);
}

/// An id that no call has whose return is still to come.
uint32_t Session::takeCallId() {
  do {
    lastCallId_++;
  } while (abandoned_.contains(lastCallId_));
  return lastCallId_;
}

Error Session::disconnected() const {
  const std::string& reason = link_.closeReason();
  return {wire::FailureKind::DISCONNECTED,
          "JavaScript cannot be reached: " + (reason.empty() ? "nothing is connected" : reason)};
}

}  // namespace krait
