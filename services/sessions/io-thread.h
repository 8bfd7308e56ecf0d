#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "proxy/messages/running-calls.h"
#include "services/sessions/connection.h"
#include "services/sessions/handover.h"
#include "services/sessions/socket-channel.h"
#include "services/sessions/system-call-waker.h"

namespace krait::sessions {

/// A connected client, and how one comes back that has lost its connection.
struct Endpoint {
  int descriptor = -1;  // of a stream socket
  int control = -1;     // where the server hands the client over again
  SessionName session = {};
  std::vector<uint8_t> secret = {};      // what the client then shows
  std::chrono::milliseconds grace = {};  // how long it may take; 0: it does not come back
};

/// Reads and writes one connection on a thread of its own, so that pings, signals and a lost client
/// are dealt with while Python computes. It never needs the GIL.
class IoThread {
 public:
  explicit IoThread(const Limits& limits);
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;
  /// Ends the connection, once what was sent is written or the client takes nothing more.
  ~IoThread();

  SocketChannel& channel();
  /// Ends a session whose client says nothing for so long while nothing runs; 0 is no limit. To be
  /// called before `start`.
  void endIdle(std::chrono::seconds limit);
  /// Begins to serve a client, whose descriptor it takes over. `running`, which signals of the
  /// client interrupt, and `waker` of the interpreter's thread must outlive this. `lost` is called
  /// by the thread when the client is gone.
  void start(const Endpoint& client, RunningCalls& running, const SystemCallWaker& waker,
             std::function<void()> lost);
  /// Sends the client what the process, and those that it starts, write to the descriptors 1 and 2
  /// from now on. To be called by the interpreter's thread, once, after `start`.
  void captureOutput();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace krait::sessions
