#pragma once

#include <functional>
#include <thread>
#include <unordered_set>

#include "proxy/kernel-parts.h"
#include "proxy/messages/answers.h"
#include "proxy/messages/backlog.h"
#include "proxy/messages/link.h"
#include "proxy/messages/running-calls.h"

namespace krait {

class Reply;

/// A return that has come, with the bytes that it points into.
struct Returned {
  std::shared_ptr<Received> received;
  const ReturnMessage* message = nullptr;
};

/// A kernel at one end of a channel: runs what the client's messages ask, and asks the client.
///
/// What comes in while nothing runs is run in order. What comes in while Python waits for the
/// client is run at once when it belongs to the chain that waits, and put off otherwise. Nothing
/// that comes in is trusted. The interpreter's thread calls, with the GIL held. No exception
/// leaves.
class Session {
 public:
  Session(KernelParts& parts, Channel& channel, SessionOptions options)
      : parts_(parts), link_(channel, std::move(options)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs what a packet asks, and what was put off. Not to be called while something runs.
  void receive(Packet packet);
  /// Calls a callable that was handed to `Channel::schedule`, then drops it. What it raises is told
  /// as `unhandled`.
  void runScheduled(Handle callable);

  Link& link() { return link_; }
  /// Calls of either side that are being run here, one inside the other.
  size_t depth() const { return running_.size(); }
  /// What runs; other threads may interrupt it.
  RunningCalls& running() { return running_; }

  /// Writes the arguments of a call of the client.
  using WriteArguments = std::function<Result<void>(ArgumentWriter&)>;
  /// Sends a call of the client's `target` whose arguments `write` writes, and waits for its
  /// return. Fails with what `write` failed with, `disconnected`, `syncUnavailable`, `timeout`,
  /// `limit`, or a Python error (an interrupt).
  Result<Returned> ask(wire::Op op, Handle target, uint16_t keywordCount, uint32_t argumentCount,
                       const WriteArguments& write);

 private:
  /// Python waits for the return of one call.
  struct Wait {
    uint32_t callId;
    uint32_t chain;
    uint16_t depth;
    Returned returned = {};

    /// Whether a call of the client is made for this one: it serves it, and has not yet answered.
    bool isServedBy(const CallMessage& call) const {
      return call.chain == chain && call.depth > depth;
    }
  };

  // session.cc: what comes in
  void takeAll();
  void take(Packet packet, const Wait* wait);
  void takeMessage(const Pending& pending, const Wait* wait);
  void takeCall(const Pending& pending, const Wait* wait);
  void serveNow(const Pending& pending, const Wait& wait);
  void takeReturn(const Pending& pending);
  void takeFinish(const Pending& pending, const Wait* wait);
  void takeInOrder(const Pending& pending, const Wait* wait);
  void takeSignal(const SignalMessage& signal);
  void drain();
  void runPending(const Pending& pending);
  void refuse(const CallMessage& call, Error error);

  // serving.cc: what is run
  void serve(const CallMessage& call, Clock::time_point at);
  void run(const CallMessage& call, Reply& reply, PyRef& kept);
  const Answer* failedAnswerOf(const CallMessage& call) const;
  Result<PyRef> prepare(const CallMessage& call, std::vector<MessageValue>& resolved,
                        std::vector<Handle>& temporary);
  Result<void> resolve(const CallMessage& call, std::vector<MessageValue>& resolved,
                       std::vector<Handle>& temporary);
  Result<PyRef> targetOf(const CallMessage& call);
  void discard(std::span<const MessageValue> values);

  // asking.cc: what is asked
  Result<Returned> askNow(wire::Op op, Handle target, uint16_t keywordCount, uint32_t argumentCount,
                          const WriteArguments& write);
  Result<Returned> wait(Wait& wait);
  Result<void> receiveOne(const Wait& wait);
  double waitMs() const;
  void abandon(uint32_t callId);
  uint32_t takeCallId();
  uint32_t nextChain() { return lastChain_ += 2; }
  Error disconnected() const;

  KernelParts& parts_;
  Link link_;
  Answers answers_;
  Backlog backlog_;
  RunningCalls running_;
  std::vector<Wait*> waits_;
  std::unordered_set<uint32_t> abandoned_;  // calls whose return nobody waits for any more
  uint32_t lastCallId_ = 0;
  uint32_t lastChain_ = 0;  // the kernel's are even
  const std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace krait
