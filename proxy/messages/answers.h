#pragma once

#include <capnp/message.h>

#include <memory>
#include <unordered_map>

#include "kernel/base/py-ref.h"
#include "proxy/protocol.capnp.h"

namespace krait {

/// How a call ended whose answer later calls may name.
struct Answer {
  PyRef value;                                           // what it gave; empty when it failed
  std::unique_ptr<capnp::MallocMessageBuilder> failure;  // root: wire::Failure

  static Answer of(PyRef value) { return {std::move(value), nullptr}; }
  static Answer failed(wire::Failure::Reader failure) {
    Answer answer{{}, std::make_unique<capnp::MallocMessageBuilder>()};
    answer.failure->setRoot(failure);
    return answer;
  }
};

/// The answers that are kept for pipelining, by the ids of their calls, until the client's Finish.
class Answers {
 public:
  /// Null when there is none: it was never kept, or is finished.
  const Answer* find(uint32_t callId) const {
    const auto found = answers_.find(callId);
    return found == answers_.end() ? nullptr : &found->second;
  }
  void keep(uint32_t callId, Answer answer) { answers_[callId] = std::move(answer); }
  /// Takes the answer out, since dropping what it holds may run Python.
  Answer finish(uint32_t callId) {
    auto node = answers_.extract(callId);
    return node ? std::move(node.mapped()) : Answer();
  }
  size_t size() const { return answers_.size(); }

 private:
  std::unordered_map<uint32_t, Answer> answers_;
};

}  // namespace krait
