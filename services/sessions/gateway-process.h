#pragma once

#include <uv.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/sessions/gateway.h"

namespace krait::sessions {

/// The process of a server's gateway: started when there is none, and again when it has ended.
class GatewayProcess {
 public:
  /// Opens what a gateway is given from descriptor 4 on; empty, and said, when that fails.
  using Open = std::function<std::optional<std::vector<int>>()>;

  GatewayProcess(uv_loop_t& loop, std::vector<std::string> command, Open open);
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  /// Waits for it to be ready, so that what it cannot use is known at once. One that runs already
  /// takes no more clients then, and ends with those that it has. Said when it fails.
  bool start();
  /// Joins a client with a kernel; gives the descriptor of the kernel's end of that, or -1. Both
  /// descriptors stay the caller's.
  int join(ClientKind kind, int client);
  /// It takes no more clients, and ends when those that it has are gone.
  void close();

 private:
  struct Child;

  void ended(const Child& child, int64_t status, int signal);
  void disconnect();

  uv_loop_t& loop_;
  const std::vector<std::string> command_;
  const Open open_;
  const Child* child_ = nullptr;  // the one that takes clients
  int control_ = -1;
  bool isClosing_ = false;
};

}  // namespace krait::sessions
