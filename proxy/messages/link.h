#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/python-error.h"
#include "proxy/messages/channel.h"
#include "proxy/messages/outgoing-frame.h"

namespace krait {

/// A service that a session may call (protocol.capnp, Service).
struct ServiceEntry {
  uint16_t id = 0;
  std::string name;
  uint16_t major = 1;
  uint16_t minor = 0;
};

/// What a session is to its host: what it says of itself in Welcome, and whom it admits.
struct SessionOptions {
  Limits limits = {};                 // what it takes
  std::vector<uint8_t> session = {};  // its name
  uint32_t epoch = 1;                 // counts the kernels of the session
  std::string python = {};            // version and platform, for people
  std::vector<ServiceEntry> services = {};
  std::optional<std::vector<uint8_t>> token = {};  // what a client must show
  std::vector<uint8_t> resumeSecret = {};  // what takes a session up again; empty: nothing does
  uint32_t resumeGraceMs = 0;              // how long it is kept without a link
};

/// The sending side of one link, and its handshake: what was agreed, what is still to be released.
/// Once `isClosed` nothing is sent any more; sending is then no error, since whoever waits learns
/// of it anyway.
class Link {
 public:
  Link(Channel& channel, SessionOptions options)
      : channel_(channel), options_(std::move(options)) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Channel& channel() { return channel_; }
  /// What this side takes.
  const Limits& limits() const { return options_.limits; }
  bool isOpen() const { return state_ == State::open; }
  bool isClosed() const { return state_ == State::closed; }
  /// Why it is closed, for people.
  const std::string& closeReason() const { return closeReason_; }

  /// Has the Welcome say that the session can be taken up again, by whoever shows the secret, so
  /// many milliseconds after its link was lost.
  void offerResumption(std::vector<uint8_t> secret, uint32_t graceMs) {
    options_.resumeSecret = std::move(secret);
    options_.resumeGraceMs = graceMs;
  }
  /// Answers the Hello, with Welcome or with a Bye.
  void greet(const HelloMessage& hello);
  /// What the client takes.
  const Limits& peerLimits() const { return peer_; }
  /// Whether something waits to be released.
  bool hasReleases() const { return !releases_.empty(); }
  /// A frame to write one message in.
  OutgoingFrame frame() const { return OutgoingFrame(peer_, !releases_.empty()); }
  /// Sends what was written, and in front of it what was released.
  void send(OutgoingFrame& frame);
  /// Gives back references to an object of the client, with the next frame.
  void release(Handle handle, uint32_t count);
  /// Sends what was released, when there is anything.
  void flush();
  void sendPong(uint32_t number);
  void sendUnimplemented(uint16_t tag);
  void sendSignalTaken(uint32_t nonce);
  /// Tells the client when it has changed whether callbacks are scheduled.
  void tellBusy();
  /// Ends the link and says why.
  void end(wire::Reason reason, const Error& error);
  /// The other side has ended it.
  void ended(std::string reason);

 private:
  enum class State { fresh, open, closed };

  bool admits(const HelloMessage& hello) const;

  Channel& channel_;
  SessionOptions options_;
  Limits peer_;
  State state_ = State::fresh;
  bool isToldBusy_ = false;
  std::string closeReason_;
  std::vector<ReleaseMessage::Item> releases_;
};

/// Writes a failure as Dispatcher tells it.
void writeFailure(const Failure& failure, OutgoingFrame& frame, wire::Failure::Builder builder);
/// Writes a failure that has no Python side.
void writeFailure(const Error& error, OutgoingFrame& frame, wire::Failure::Builder builder);

}  // namespace krait
