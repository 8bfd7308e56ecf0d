#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/messages/limits.h"
#include "proxy/messages/message-values.h"

namespace krait {

// The messages that a kernel receives, checked and taken out of their packet (protocol.capnp says
// what they mean). Views point into the packet, which must outlive them.

/// Names a session that lost its link.
struct ResumeRequest {
  std::span<const uint8_t> session;
  std::span<const uint8_t> secret;
  uint64_t received = 0;  // packets that the client has
};

struct HelloMessage {
  bool isKrait = false;  // the magic number was right
  uint16_t major = 0;
  uint16_t minor = 0;
  uint16_t minMajor = 0;
  uint32_t features = 0;
  Limits limits = {};
  std::span<const uint8_t> token = {};
  std::optional<ResumeRequest> resume = {};
};

struct CallMessage {
  enum class Target { object, answer, service };

  bool has(wire::CallFlag flag) const { return (flags >> static_cast<uint16_t>(flag) & 1) != 0; }

  uint32_t id = 0;
  uint32_t chain = 0;
  uint16_t depth = 0;
  wire::Op op = wire::Op::GET_ATTR;
  uint16_t flags = 0;
  uint16_t keywordCount = 0;
  uint32_t deadlineMs = 0;
  Target targetKind = Target::object;
  Handle object = {};   // of an object
  uint32_t answer = 0;  // of an answer: the id of its call
  std::vector<std::string_view> path = {};
  std::vector<MessageValue> arguments = {};
};

struct ReturnMessage {
  uint32_t callId = 0;
  wire::Status status = wire::Status::RETURNED;
  MessageValue value = {};  // returned, stopped
  // failed
  wire::FailureKind kind = wire::FailureKind::PROTOCOL;
  MessageValue message = {};
  MessageValue thrown = {};
  uint32_t serial = 0;
};

struct FinishMessage {
  uint32_t callId = 0;
  bool isCancelled = false;
};

struct ReleaseMessage {
  struct Item {
    Handle handle;
    uint32_t count;
  };
  std::vector<Item> items;
};

struct SignalMessage {
  enum class Scope { all, call, chain };

  wire::Signal::Kind kind = wire::Signal::Kind::CANCEL;
  uint8_t number = 0;
  uint32_t nonce = 0;
  Scope scope = Scope::all;
  uint32_t id = 0;  // of the call, of the chain
};

struct PingMessage {
  uint32_t number = 0;
};

struct ByeMessage {
  wire::Reason reason = wire::Reason::NORMAL;
  MessageValue message = {};  // text, or absent
};

/// Legal, and of no concern to a kernel: answers to what it does not send, news.
struct IgnoredMessage {};

/// Legal at no time: what only a kernel sends.
struct IllegalMessage {};

/// Of a later version.
struct UnknownMessage {
  uint16_t tag = 0;
};

using Message = std::variant<HelloMessage, CallMessage, ReturnMessage, FinishMessage,
                             ReleaseMessage, SignalMessage, PingMessage, ByeMessage, IgnoredMessage,
                             IllegalMessage, UnknownMessage>;

}  // namespace krait
