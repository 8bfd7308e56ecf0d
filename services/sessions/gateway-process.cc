#include "services/sessions/gateway-process.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "services/sessions/child-process.h"
#include "services/sessions/log.h"

namespace krait::sessions {

GatewayProcess::GatewayProcess(uv_loop_t& loop, std::vector<std::string> command, Open open)
    : loop_(loop), command_(std::move(command)), open_(std::move(open)) {}

/// One process, for as long as the loop knows of it.
struct GatewayProcess::Child {
  uv_process_t process{};
  GatewayProcess* owner = nullptr;

  void close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&process),
             [](uv_handle_t* handle) { delete static_cast<Child*>(handle->data); });
  }
};

bool GatewayProcess::start() {
  std::array<int, 2> ends{};
  const auto descriptors = open_();
  if (!descriptors) return false;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  uv_stdio_container_t control{};
  control.flags = UV_INHERIT_FD;
  control.data.fd = ends[1];
  auto* const child = new Child{.owner = this};
  child->process.data = child;
  const auto ended = [](uv_process_t* process, int64_t status, int signal) {
    auto* gone = static_cast<Child*>(process->data);
    gone->owner->ended(*gone, status, signal);
    gone->close();
  };
  const int failed = startChild(
      loop_, child->process,
      {.command = command_, .control = control, .descriptors = *descriptors, .ended = ended});
  ::close(ends[1]);
  for (const int descriptor : *descriptors) ::close(descriptor);
  if (failed == 0 && isGatewayReady(ends[0])) {
    disconnect();
    child_ = child;
    control_ = ends[0];
    log("gateway", child->process.pid);
    return true;
  }
  log("gateway-failed", 0, failed == 0 ? "it does not begin" : uv_strerror(failed));
  if (failed != 0) child->close();
  ::close(ends[0]);
  return false;
}

int GatewayProcess::join(ClientKind kind, int client) {
  if (child_ == nullptr && (isClosing_ || !start())) return -1;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return -1;
  const bool isPassed = passToGateway(control_, kind, client, ends[0]);
  ::close(ends[0]);
  if (isPassed) return ends[1];
  ::close(ends[1]);
  return -1;
}

void GatewayProcess::close() {
  isClosing_ = true;
  disconnect();
}

void GatewayProcess::disconnect() {
  if (control_ >= 0) ::close(control_);
  control_ = -1;
}

void GatewayProcess::ended(const Child& child, int64_t status, int signal) {
  log("gateway-ended", child.process.pid, endText(status, signal).c_str());
  if (child_ != &child) return;
  child_ = nullptr;
  disconnect();
}

}  // namespace krait::sessions
