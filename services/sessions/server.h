#pragma once

#include <uv.h>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/sessions/address.h"

namespace krait::sessions {

/// Where a server listens, and what it starts for each client.
struct ServerOptions {
  std::vector<Address> addresses;
  std::vector<std::string> kernelCommand;       // program and arguments
  std::vector<std::string> webSocketArguments;  // what it also gets for a WebSocket
  /// Descriptors that a kernel process gets from 4 on, of this process; the connection is 3.
  std::vector<int> descriptors;
  size_t maxSessions = 64;  // at once; one more is refused
  uint64_t maxSeconds = 0;  // of a session; 0 is no limit
};

/// Accepts clients and starts a kernel process for each, which gets the connection. It never reads
/// what clients send, so that nothing they send can harm it or each other.
class Server {
 public:
  explicit Server(ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Serves until SIGTERM or SIGINT, and then until the kernels have ended, at most some seconds.
  /// Returns the exit status of the program.
  int run();

 private:
  struct Kernel;
  struct Listener;

  bool listen();
  void accept(Listener& listener);
  void start(uv_stream_t& client, Address::Kind kind);
  void ended(Kernel& kernel, int64_t status, int signal);
  void close(Kernel& kernel);
  void drain();
  void closeListeners();
  void closeAll();

  const ServerOptions options_;
  uv_loop_t loop_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  uv_signal_t terminate_;
  uv_signal_t interrupt_;
  uv_timer_t grace_;
  std::unordered_set<Kernel*> kernels_;
  bool isDraining_ = false;
};

}  // namespace krait::sessions
