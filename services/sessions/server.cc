#include "services/sessions/server.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "services/sessions/handover.h"

namespace krait::sessions {

namespace {

constexpr int kBacklog = 128;
/// How long kernels may take to end when the server is told to, in milliseconds.
constexpr uint64_t kDrainMs = 10000;
constexpr int kControl = 3;  // the descriptor by which a kernel process gets its client
/// How long after a kernel that ended before it had a client the next one is started, in
/// milliseconds.
constexpr uint64_t kRetryMs = 1000;

/// One line of the log: what happened, and to which process.
void log(const char* event, int pid, const char* detail = "") {
  std::fprintf(stderr, "event=%s pid=%d%s%s\n", event, pid, *detail != '\0' ? " detail=" : "",
               detail);
}

/// Whether nobody answers at a Unix socket's path: its server was killed.
bool isStale(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const bool isRefused =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED;
  ::close(descriptor);
  return isRefused;
}

/// Whether it listens there; said when not.
bool listensAt(int failed, const Address& address) {
  if (failed == 0) return true;
  std::fprintf(stderr, "kraitd: cannot listen on %s: %s\n", address.text.c_str(),
               uv_strerror(failed));
  return false;
}

}  // namespace

/// The process of one session, or of one to come.
struct Server::Kernel {
  uv_process_t process{};
  uv_timer_t limit{};
  uv_pipe_t control{};
  Server* server = nullptr;
  bool hasClient = false;
  int openHandles = 0;
};

/// A stream of either kind, as libuv has them.
union Server::AnyStream {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_pipe_t pipe;
  uv_tcp_t tcp;

  void initialize(uv_loop_t* loop, Address::Kind kind) {
    if (kind == Address::Kind::unix_socket) {
      uv_pipe_init(loop, &pipe, 0);
    } else {
      uv_tcp_init(loop, &tcp);
    }
  }
};

/// One address that is listened at.
struct Server::Listener {
  AnyStream socket{};
  Server* server = nullptr;
  const Address* address = nullptr;

  /// 0, or what went wrong.
  int bind() {
    if (address->kind != Address::Kind::unix_socket) {
      return uv_tcp_bind(&socket.tcp, address->socketAddress(), 0);
    }
    if (isStale(address->path)) unlink(address->path.c_str());
    // The socket is made with its mode, so that nobody else can connect before it is set.
    const mode_t before = umask(0177);
    const int failed = uv_pipe_bind(&socket.pipe, address->path.c_str());
    umask(before);
    return failed;
  }

  /// The address with the port that the system has chosen, where it was to.
  std::string name() {
    if (address->kind == Address::Kind::unix_socket) return address->text;
    sockaddr_storage bound{};
    int size = sizeof bound;
    std::array<char, INET6_ADDRSTRLEN> host{};
    uv_tcp_getsockname(&socket.tcp, reinterpret_cast<sockaddr*>(&bound), &size);
    uv_ip_name(reinterpret_cast<const sockaddr*>(&bound), host.data(), host.size());
    const bool isSix = bound.ss_family == AF_INET6;
    const uint16_t port = isSix ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                                : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port;
    const std::string text(host.data());
    const std::string scheme = address->kind == Address::Kind::tcp ? "tcp://" : "ws://";
    return scheme + (isSix ? "[" + text + "]" : text) + ":" + std::to_string(ntohs(port));
  }
};

Server::Server(ServerOptions options) : options_(std::move(options)) {
  uv_loop_init(&loop_);
  for (const Address& address : options_.addresses) {
    listeners_.push_back(std::make_unique<Listener>());
    Listener& listener = *listeners_.back();
    listener.server = this;
    listener.address = &address;
    listener.socket.initialize(&loop_, address.kind);
    listener.socket.handle.data = &listener;
  }
  uv_signal_init(&loop_, &terminate_);
  uv_signal_init(&loop_, &interrupt_);
  uv_timer_init(&loop_, &grace_);
  uv_timer_init(&loop_, &retry_);
  terminate_.data = interrupt_.data = grace_.data = retry_.data = this;
}

Server::~Server() { uv_loop_close(&loop_); }

int Server::run() {
  const bool isListening = listen();
  if (!isListening) closeAll();
  uv_run(&loop_, UV_RUN_DEFAULT);
  return isListening ? 0 : 1;
}

bool Server::listen(Listener& listener) {
  int failed = listener.bind();
  if (failed == 0) {
    failed = uv_listen(&listener.socket.stream, kBacklog, [](uv_stream_t* stream, int status) {
      auto* ready = static_cast<Listener*>(stream->data);
      if (status == 0) ready->server->accept(*ready);
    });
  }
  return listensAt(failed, *listener.address);
}

bool Server::listenForMetrics() {
  if (!options_.metrics) return true;
  metrics_ = std::make_unique<MetricsPage>(
      loop_, [this] { return metricsText(counters_, gauges()); }, [this] { return !isDraining_; });
  return listensAt(metrics_->listen(*options_.metrics), *options_.metrics);
}

Gauges Server::gauges() const {
  return {.sessions = sessions_,
          .maxSessions = options_.maxSessions,
          .warmKernels = kernels_.size() - sessions_,
          .isDraining = isDraining_};
}

bool Server::listen() {
  for (const auto& listener : listeners_) {
    if (!listen(*listener)) return false;
  }
  if (!listenForMetrics()) return false;
  const auto drain = [](uv_signal_t* signal, int) { static_cast<Server*>(signal->data)->drain(); };
  uv_signal_start(&terminate_, drain, SIGTERM);
  uv_signal_start(&interrupt_, drain, SIGINT);
  for (const auto& listener : listeners_) {
    log("listening", static_cast<int>(uv_os_getpid()), listener->name().c_str());
  }
  if (metrics_) {
    const std::string port = "metrics " + std::to_string(metrics_->port());
    log("listening", static_cast<int>(uv_os_getpid()), port.c_str());
  }
  startWarm();
  return true;
}

void Server::accept(Listener& listener) {
  auto* client = new AnyStream{};
  client->initialize(&loop_, listener.address->kind);
  const Address::Kind kind = listener.address->kind;
  Kernel* kernel = nullptr;
  if (uv_accept(&listener.socket.stream, &client->stream) == 0) {
    if (kind != Address::Kind::unix_socket) uv_tcp_nodelay(&client->tcp, 1);
    if (sessions_ >= options_.maxSessions) {
      log("refused", 0, "too many sessions");
      counters_.refused++;
    } else {
      kernel = takeWarm();
      if (kernel == nullptr) kernel = start();
    }
  }
  if (kernel != nullptr) {
    handOver(*kernel, *client, kind);
    startWarm();
  } else {
    close(*client);
  }
}

void Server::end(const Kernel& kernel, int signal) { uv_kill(-kernel.process.pid, signal); }

/// Gives the client to the kernel, which from then on has it alone.
void Server::handOver(Kernel& kernel, AnyStream& client, Address::Kind kind) {
  kernel.hasClient = true;
  sessions_++;
  counters_.sessions++;
  log("session", kernel.process.pid);
  struct HandingOver {
    uv_write_t request{};
    AnyStream* client;
    char kind;
  };
  const char byteOfKind = kind == Address::Kind::websocket ? kWebSocketClient : kPlainClient;
  auto* under = new HandingOver{.client = &client, .kind = byteOfKind};
  under->request.data = under;
  const uv_buf_t byte = uv_buf_init(&under->kind, 1);
  const auto done = [](uv_write_t* request, int) {
    const std::unique_ptr<HandingOver> finished(static_cast<HandingOver*>(request->data));
    close(*finished->client);
  };
  const int failed = uv_write2(&under->request, reinterpret_cast<uv_stream_t*>(&kernel.control),
                               &byte, 1, &client.stream, done);
  if (failed != 0) {
    delete under;
    close(client);
    end(kernel, SIGKILL);
    return;
  }
  if (options_.maxSeconds == 0) return;
  const auto kill = [](uv_timer_t* timer) {
    auto* late = static_cast<Kernel*>(timer->data);
    log("time-passed", late->process.pid);
    late->server->counters_.outOfTime++;
    end(*late, SIGKILL);
  };
  uv_timer_start(&kernel.limit, kill, options_.maxSeconds * 1000, 0);
}

void Server::close(AnyStream& client) {
  uv_close(&client.handle,
           [](uv_handle_t* handle) { delete reinterpret_cast<AnyStream*>(handle); });
}

/// Starts kernels until enough of them wait.
void Server::startWarm() {
  if (isDraining_) return;
  size_t waiting = kernels_.size() - sessions_;
  while (waiting < options_.warmKernels && start() != nullptr) waiting++;
}

Server::Kernel* Server::takeWarm() {
  for (Kernel* kernel : kernels_) {
    if (!kernel->hasClient) return kernel;
  }
  return nullptr;
}

/// A new kernel process; null, and said, when the system refuses.
Server::Kernel* Server::start() {
  auto* kernel = new Kernel;
  kernel->server = this;
  kernel->process.data = kernel->limit.data = kernel->control.data = kernel;
  std::vector<char*> arguments;
  arguments.reserve(options_.kernelCommand.size() + 1);
  for (const std::string& word : options_.kernelCommand) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  std::vector<uv_stdio_container_t> stdio(kControl + 1 + options_.descriptors.size());
  const auto inherit = [&](size_t place, int descriptor) {
    stdio[place].flags = UV_INHERIT_FD;
    stdio[place].data.fd = descriptor;
  };
  stdio[0].flags = UV_IGNORE;
  inherit(STDOUT_FILENO, STDOUT_FILENO);
  inherit(STDERR_FILENO, STDERR_FILENO);
  constexpr int kBothWays = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE;
  // That flags are an enumeration is libuv's way.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  stdio[kControl].flags = static_cast<uv_stdio_flags>(kBothWays);
  stdio[kControl].data.stream = reinterpret_cast<uv_stream_t*>(&kernel->control);
  for (size_t i = 0; i < options_.descriptors.size(); i++) {
    inherit(kControl + 1 + i, options_.descriptors[i]);
  }

  uv_process_options_t options{};
  options.file = arguments[0];
  options.args = arguments.data();
  options.stdio = stdio.data();
  options.stdio_count = static_cast<int>(stdio.size());
  // A group of its own: bwrap is more than one process while it starts.
  options.flags = UV_PROCESS_DETACHED;
  options.exit_cb = [](uv_process_t* process, int64_t status, int signal) {
    auto* ended = static_cast<Kernel*>(process->data);
    ended->server->ended(*ended, status, signal);
  };
  uv_timer_init(&loop_, &kernel->limit);
  uv_pipe_init(&loop_, &kernel->control, 1);
  const int failed = uv_spawn(&loop_, &kernel->process, &options);
  if (failed != 0) {
    log("start-failed", 0, uv_strerror(failed));
    counters_.notStarted++;
    close(*kernel);
    return nullptr;
  }
  kernels_.insert(kernel);
  log("started", kernel->process.pid);
  counters_.started++;
  return kernel;
}

void Server::ended(Kernel& kernel, int64_t status, int signal) {
  const std::string how = signal != 0   ? "signal " + std::to_string(signal)
                          : status != 0 ? "status " + std::to_string(status)
                                        : "";
  log("ended", kernel.process.pid, how.c_str());
  (signal != 0   ? counters_.endedBySignal
   : status != 0 ? counters_.endedByStatus
                 : counters_.endedWell)++;
  // What bwrap leaves when it is ended while it starts: an init of a new namespace, which heeds
  // nothing less.
  end(kernel, SIGKILL);
  kernels_.erase(&kernel);
  if (kernel.hasClient) {
    sessions_--;
  } else if (!isDraining_) {
    uv_timer_start(
        &retry_, [](uv_timer_t* timer) { static_cast<Server*>(timer->data)->startWarm(); },
        kRetryMs, 0);
  }
  close(kernel);
  if (isDraining_ && kernels_.empty()) closeAll();
}

/// Deletes it once its handles are closed.
void Server::close(Kernel& kernel) {
  for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&kernel.process),
                              reinterpret_cast<uv_handle_t*>(&kernel.limit),
                              reinterpret_cast<uv_handle_t*>(&kernel.control)}) {
    kernel.openHandles++;
    uv_close(handle, [](uv_handle_t* closed) {
      auto* owner = static_cast<Kernel*>(closed->data);
      if (--owner->openHandles == 0) delete owner;
    });
  }
}

/// No new clients; the kernels are asked to end, and ended after a while.
void Server::drain() {
  if (isDraining_) return;
  isDraining_ = true;
  log("draining", static_cast<int>(uv_os_getpid()));
  closeListeners();
  for (Kernel* kernel : kernels_) end(*kernel, SIGTERM);
  if (kernels_.empty()) return closeAll();
  uv_timer_start(
      &grace_,
      [](uv_timer_t* timer) {
        for (Kernel* kernel : static_cast<Server*>(timer->data)->kernels_) {
          end(*kernel, SIGKILL);
        }
      },
      kDrainMs, 0);
}

void Server::closeListeners() {
  for (const auto& listener : listeners_) {
    if (uv_is_closing(&listener->socket.handle) == 0) uv_close(&listener->socket.handle, nullptr);
  }
}

void Server::closeAll() {
  closeListeners();
  if (metrics_) metrics_->close();
  for (uv_handle_t* handle :
       {reinterpret_cast<uv_handle_t*>(&terminate_), reinterpret_cast<uv_handle_t*>(&interrupt_),
        reinterpret_cast<uv_handle_t*>(&grace_), reinterpret_cast<uv_handle_t*>(&retry_)}) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  }
}

}  // namespace krait::sessions
