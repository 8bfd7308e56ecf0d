#include "services/sessions/server.h"

#include <signal.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

namespace krait::sessions {

namespace {

constexpr int kBacklog = 128;
/// How long kernels may take to end when the server is told to, in milliseconds.
constexpr uint64_t kDrainMs = 10000;
constexpr int kConnection = 3;  // the descriptor that a kernel process finds its client at

/// One line of the log: what happened, and to which process.
void log(const char* event, int pid, const char* detail = "") {
  std::fprintf(stderr, "event=%s pid=%d%s%s\n", event, pid, *detail != '\0' ? " detail=" : "",
               detail);
}

}  // namespace

/// The process of one session.
struct Server::Kernel {
  uv_process_t process;
  Server* server;
};

Server::Server(ServerOptions options) : options_(std::move(options)) {
  uv_loop_init(&loop_);
  uv_pipe_init(&loop_, &listener_, 0);
  uv_signal_init(&loop_, &terminate_);
  uv_signal_init(&loop_, &interrupt_);
  uv_timer_init(&loop_, &grace_);
  listener_.data = terminate_.data = interrupt_.data = grace_.data = this;
}

Server::~Server() { uv_loop_close(&loop_); }

int Server::run() {
  const int failed = listen();
  if (failed != 0) {
    std::fprintf(stderr, "kraitd: cannot listen on %s: %s\n", options_.socketPath.c_str(),
                 uv_strerror(failed));
    closeAll();
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
  return failed == 0 ? 0 : 1;
}

int Server::listen() {
  // The socket is made with its mode, so that nobody else can connect before it is set.
  const mode_t before = umask(0177);
  int failed = uv_pipe_bind(&listener_, options_.socketPath.c_str());
  umask(before);
  if (failed != 0) return failed;
  failed = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), kBacklog,
                     [](uv_stream_t* listener, int status) {
                       if (status == 0) static_cast<Server*>(listener->data)->accept();
                     });
  if (failed != 0) return failed;
  const auto drain = [](uv_signal_t* signal, int) { static_cast<Server*>(signal->data)->drain(); };
  uv_signal_start(&terminate_, drain, SIGTERM);
  uv_signal_start(&interrupt_, drain, SIGINT);
  log("listening", static_cast<int>(uv_os_getpid()), options_.socketPath.c_str());
  return 0;
}

void Server::accept() {
  auto* client = new uv_pipe_t;
  uv_pipe_init(&loop_, client, 0);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(&listener_),
                reinterpret_cast<uv_stream_t*>(client)) == 0) {
    if (kernels_.size() < options_.maxSessions) {
      start(*client);
    } else {
      log("refused", 0, "too many sessions");
    }
  }
  // The kernel process has a descriptor of its own.
  uv_close(reinterpret_cast<uv_handle_t*>(client),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_pipe_t*>(handle); });
}

void Server::start(uv_pipe_t& client) {
  auto* kernel = new Kernel{{}, this};
  std::vector<char*> arguments;
  arguments.reserve(options_.kernelCommand.size() + 1);
  for (const std::string& argument : options_.kernelCommand) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  std::array<uv_stdio_container_t, kConnection + 1> stdio{};
  stdio[0].flags = UV_IGNORE;
  for (int descriptor : {1, 2}) {
    stdio[static_cast<size_t>(descriptor)].flags = UV_INHERIT_FD;
    stdio[static_cast<size_t>(descriptor)].data.fd = descriptor;
  }
  stdio[kConnection].flags = UV_INHERIT_STREAM;
  stdio[kConnection].data.stream = reinterpret_cast<uv_stream_t*>(&client);

  uv_process_options_t options{};
  options.file = arguments[0];
  options.args = arguments.data();
  options.stdio = stdio.data();
  options.stdio_count = stdio.size();
  options.exit_cb = [](uv_process_t* process, int64_t, int) {
    auto* ended = static_cast<Kernel*>(process->data);
    ended->server->ended(*ended);
  };
  kernel->process.data = kernel;
  const int failed = uv_spawn(&loop_, &kernel->process, &options);
  if (failed != 0) {
    log("start-failed", 0, uv_strerror(failed));
    uv_close(reinterpret_cast<uv_handle_t*>(&kernel->process),
             [](uv_handle_t* handle) { delete static_cast<Kernel*>(handle->data); });
    return;
  }
  kernels_.insert(kernel);
  log("started", kernel->process.pid);
}

void Server::ended(Kernel& kernel) {
  log("ended", kernel.process.pid);
  kernels_.erase(&kernel);
  uv_close(reinterpret_cast<uv_handle_t*>(&kernel.process),
           [](uv_handle_t* handle) { delete static_cast<Kernel*>(handle->data); });
  if (isDraining_ && kernels_.empty()) closeAll();
}

/// No new clients; the kernels are asked to end, and ended after a while.
void Server::drain() {
  if (isDraining_) return;
  isDraining_ = true;
  log("draining", static_cast<int>(uv_os_getpid()));
  uv_close(reinterpret_cast<uv_handle_t*>(&listener_), nullptr);
  for (Kernel* kernel : kernels_) uv_process_kill(&kernel->process, SIGTERM);
  if (kernels_.empty()) return closeAll();
  uv_timer_start(
      &grace_,
      [](uv_timer_t* timer) {
        for (Kernel* kernel : static_cast<Server*>(timer->data)->kernels_) {
          uv_process_kill(&kernel->process, SIGKILL);
        }
      },
      kDrainMs, 0);
}

void Server::closeAll() {
  for (uv_handle_t* handle :
       {reinterpret_cast<uv_handle_t*>(&listener_), reinterpret_cast<uv_handle_t*>(&terminate_),
        reinterpret_cast<uv_handle_t*>(&interrupt_), reinterpret_cast<uv_handle_t*>(&grace_)}) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  }
}

}  // namespace krait::sessions
