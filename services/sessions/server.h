#pragma once

#include <uv.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/sessions/address.h"
#include "services/sessions/gateway-process.h"
#include "services/sessions/handover.h"
#include "services/sessions/listening.h"
#include "services/sessions/metrics.h"

namespace krait::sessions {

/// Where a server listens, and what it starts for each client.
struct ServerOptions {
  std::vector<Address> addresses;
  std::vector<std::string> kernelCommand;  // program and arguments
  /// Descriptors that a kernel process gets from 4 on, of this process. At 3 it gets its client.
  std::vector<int> descriptors;
  std::vector<std::string> gatewayCommand;  // the same for what speaks TLS and WebSocket
  GatewayProcess::Open openCertificate;     // for it
  bool hasCertificate = false;              // which may be renewed
  size_t maxSessions = 64;                  // at once; one more is refused
  size_t warmKernels = 1;                   // that are started before a client wants them
  uint64_t maxSeconds = 0;                  // of a session; 0 is no limit
  bool mayReturn = true;                    // whether clients may that have lost their connection
  std::optional<Address> metrics = {};      // where it tells of itself
};

/// Accepts clients and hands each to a kernel process of its own, one that was started before where
/// there is one; a client that comes back goes on to the kernel that has its session. It never
/// reads what clients send, so that nothing they send can harm it or each other.
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
  bool listen(Listener& listener);
  bool listenForMetrics();
  Gauges gauges() const;
  void accept(Listener& listener);
  AnyStream* kernelEndOf(const Address& address, AnyStream& client);
  Kernel* start();
  void startWarm();
  Kernel* takeWarm();
  size_t warmKernels() const;
  static void handOver(Kernel& kernel, AnyStream& client, char kind);
  void read(Kernel& kernel, std::span<const char> bytes);
  void take(Kernel& kernel, const News& news);
  void begin(Kernel& kernel);
  void passOn(Kernel& kernel, const SessionName& session);
  bool makeRoom();
  Kernel* longestLost() const;
  bool isFull(bool mayReturn) const;
  void refuse();
  void ended(Kernel& kernel, int64_t status, int signal);
  static void end(const Kernel& kernel, int signal);
  static void close(Kernel& kernel);
  void drain();
  void closeListeners();
  void closeAll();

  const ServerOptions options_;
  uv_loop_t loop_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  uv_signal_t terminate_;
  uv_signal_t interrupt_;
  uv_signal_t renew_;
  uv_timer_t grace_;
  uv_timer_t retry_;  // of a warm kernel that did not stay
  std::unordered_set<Kernel*> kernels_;
  GatewayProcess gateway_;
  size_t sessions_ = 0;
  bool isDraining_ = false;
  Counters counters_;
  std::unique_ptr<MetricsPage> metrics_;
};

}  // namespace krait::sessions
