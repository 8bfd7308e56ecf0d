#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "proxy/messages/message-client.h"
#include "tests/unit/proxy/support/test-page.h"

namespace krait::test {

/// The kernel's end of a channel whose other end is the test: delivery happens when the test says
/// so, and the link can be dropped.
class TestChannel final : public Channel {
 public:
  ChannelState send(std::span<const uint8_t> packet, Lane lane) override;
  ChannelState receive(Packet& packet, double timeoutMs) override;
  void schedule(Handle callable, double delayMs) override {
    scheduled.push_back({callable, delayMs});
  }
  void close() override { isClosed = true; }

  std::deque<Packet> toKernel;
  std::deque<Packet> fromKernel;
  /// Called when the kernel waits and nothing has come; afterwards something has, or the link is
  /// dropped, or time is up.
  std::function<void(double timeoutMs)> whenWaiting;
  std::vector<TestPage::Scheduled> scheduled;
  bool isClosed = false;
  bool canWait = true;
};

/// How a call of the test ended.
struct Ended {
  wire::Status status = wire::Status::RETURNED;
  std::vector<Recorded> values;  // the result, or the four of a failure (Dispatcher::dispatch)
  wire::FailureKind kind() const { return static_cast<wire::FailureKind>(values[0].number); }
};

/// What a call of the test is besides its op, target and arguments.
struct CallOptions {
  uint32_t chain = 1;
  uint16_t depth = 0;
  uint16_t keywords = 0;
  uint32_t flags = 0;  // of CallFlag
  uint32_t deadlineMs = 0;
  std::vector<std::string> path = {};
  std::optional<uint32_t> answer = {};  // the target is the answer of this call
};

constexpr uint32_t flag(wire::CallFlag flag) { return 1u << static_cast<uint32_t>(flag); }

/// A kernel at the end of a channel, and the client at the other end, which answers as the test
/// says. Its objects are numbers. At its end neither side may hold an object of the other.
class TestLink {
 public:
  using Reply = test::Reply;
  using Serve = std::function<Reply(const Asked&)>;

  /// With `isGreeted` the handshake is over.
  explicit TestLink(bool isGreeted = true, SessionOptions options = {});
  TestLink(const TestLink&) = delete;
  TestLink& operator=(const TestLink&) = delete;
  ~TestLink();

  /// How an op is answered from now on.
  void on(wire::Op op, Serve serve) { serves_[op] = std::move(serve); }
  Recorded object(uint32_t number, uint32_t flags = 0);
  /// Binds `name` in Python to a view of the object.
  void show(const char* name, uint32_t number, uint32_t flags = 0);
  /// References to the object that Python holds and the client has not got back.
  int held(uint32_t number) const;

  /// Writes one message and puts it among what the kernel will get next.
  void write(const std::function<void(OutgoingFrame&)>& write);
  /// Writes a call and gives its id.
  uint32_t writeCall(wire::Op op, Handle target, const std::vector<Recorded>& arguments = {},
                     const CallOptions& options = {});
  void writeRelease(Handle handle, uint32_t count);
  void writeFinish(uint32_t callId, bool isCancelled);
  /// Lets the kernel have what was written.
  void deliver();
  /// Writes a call, delivers it and gives what came of it.
  Ended call(wire::Op op, Handle target, const std::vector<Recorded>& arguments = {},
             const CallOptions& options = {});
  /// The return of a call; fails the test when there is none.
  Ended ended(uint32_t callId);
  bool hasEnded(uint32_t callId) { return read(), ended_.contains(callId); }
  /// The next call of the client that was not answered yet.
  std::optional<CallMessage> nextAsked();
  void writeReturn(uint32_t callId, const Reply& reply);
  /// The value of a Python expression.
  Ended eval(const std::string& source, const CallOptions& options = {}) {
    return call(wire::Op::EVAL, {}, {Recorded::of(source)}, options);
  }
  /// Gives back what a result introduced.
  void giveBack(const Recorded& mine) { page.giveBack(mine); }

  /// Messages of the kernel that are no calls, returns or releases, in words: "pong 4".
  const std::vector<std::string>& told() { return read(), told_; }
  /// Ids of the calls of the client that have ended, in the order in which they did.
  const std::vector<uint32_t>& order() { return read(), order_; }
  const std::vector<Asked>& asked() const { return asked_; }
  /// Calls of the kernel in the order in which they came.
  const std::vector<CallMessage>& calls() const { return calls_; }

  TestPage page;
  TestChannel channel;
  Session session;
  MessageClient client;

 private:
  void read();
  void readPacket(const Packet& packet);
  void tell(const Packet& packet);
  void answer(const CallMessage& call);

  std::map<wire::Op, Serve> serves_;
  std::map<uint32_t, int> held_;
  std::map<uint32_t, Ended> ended_;
  std::vector<std::string> told_;
  std::vector<uint32_t> order_;
  std::vector<Asked> asked_;
  std::vector<CallMessage> calls_;
  std::deque<CallMessage> unanswered_;
  std::deque<Packet> kept_;
  Limits limits_;
  uint32_t lastCallId_ = 100;
};

}  // namespace krait::test
