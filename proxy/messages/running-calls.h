#pragma once

#include <Python.h>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/messages/backlog.h"

namespace krait {

/// The calls that are being run, one inside the other. The interpreter's thread changes it; any
/// thread may interrupt them.
class RunningCalls {
 public:
  struct Call {
    uint32_t id = 0;
    uint32_t chain = 0;
    uint16_t depth = 0;
    bool isClients =
        true;  // `id` is of a call of the client; else nothing of the client's runs here
    std::optional<Clock::time_point> deadline = {};
  };

  /// Takes a call off again at its end, however that comes.
  class Scope {
   public:
    Scope(RunningCalls& calls, Call call) : calls_(calls) { calls_.push(call); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { calls_.pop(); }

   private:
    RunningCalls& calls_;
  };

  bool isEmpty() const { return calls_.empty(); }
  /// As `isEmpty` denies, for any thread.
  bool isAnything() {
    const std::lock_guard lock(mutex_);
    return !calls_.empty();
  }
  size_t size() const { return calls_.size(); }
  /// The innermost one.
  const Call& last() const { return calls_.back(); }
  const std::vector<Call>& all() const { return calls_; }

  /// Raises the signal in Python when it is meant for one of them, and says whether it was. For any
  /// thread, with or without the GIL.
  bool interrupt(const SignalMessage& signal) {
    const std::lock_guard lock(mutex_);
    for (const Call& call : calls_) {
      const auto id = call.isClients ? std::optional(call.id) : std::nullopt;
      if (!isMeant(signal, id, call.chain)) continue;
      if (PyErr_SetInterruptEx(signal.number) != 0) return false;
      // Its sender lets go of one with a nonce, and counts on it: it stays for what runs next.
      if (signal.nonce == 0) mayBeLate_ = true;
      return true;
    }
    return false;
  }

  /// Whether a signal is meant for a call of the client with that id (none: for no call of the
  /// client) on that chain.
  static bool isMeant(const SignalMessage& signal, std::optional<uint32_t> callId, uint32_t chain) {
    switch (signal.scope) {
      case SignalMessage::Scope::all:
        return true;
      case SignalMessage::Scope::call:
        return callId == signal.id;
      case SignalMessage::Scope::chain:
        return chain == signal.id;
    }
    return false;
  }

 private:
  void push(const Call& call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  void pop() {
    bool isLeft = false;
    {
      const std::lock_guard lock(mutex_);
      calls_.pop_back();
      isLeft = calls_.empty() && std::exchange(mayBeLate_, false);
    }
    // A signal that came too late for its call is meant for no other.
    if (isLeft && PyErr_CheckSignals() < 0) PyErr_Clear();
  }

  std::mutex mutex_;        // for changes, and for other threads
  bool mayBeLate_ = false;  // a signal for a call that may have ended before it was raised
  std::vector<Call> calls_;
};

}  // namespace krait
