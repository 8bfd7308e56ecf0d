#pragma once

#include <uv.h>

#include <string>
#include <unordered_set>
#include <vector>

namespace krait::sessions {

/// Where a server listens, and what it starts for each client.
struct ServerOptions {
  std::string socketPath;                  // of the Unix socket; made with mode 0600
  std::vector<std::string> kernelCommand;  // program and arguments; the connection is descriptor 3
  size_t maxSessions = 64;                 // at once; one more is refused
};

/// Accepts clients on a Unix socket and starts a kernel process for each, which gets the
/// connection. It never reads what clients send, so that nothing they send can harm it or each
/// other.
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

  int listen();
  void accept();
  void start(uv_pipe_t& client);
  void ended(Kernel& kernel);
  void drain();
  void closeAll();

  const ServerOptions options_;
  uv_loop_t loop_;
  uv_pipe_t listener_;
  uv_signal_t terminate_;
  uv_signal_t interrupt_;
  uv_timer_t grace_;
  std::unordered_set<Kernel*> kernels_;
  bool isDraining_ = false;
};

}  // namespace krait::sessions
