#include "services/sessions/server.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "services/sessions/child-process.h"
#include "services/sessions/listening.h"
#include "services/sessions/log.h"

namespace krait::sessions {

namespace {

constexpr int kBacklog = 128;
/// How long kernels may take to end when the server is told to, in milliseconds.
constexpr uint64_t kDrainMs = 10000;
/// Clients at once beyond those that have a session: they are about to say what they want.
constexpr size_t kMaxArriving = 16;
/// How long after a kernel that ended before it had a client the next one is started, in
/// milliseconds.
constexpr uint64_t kRetryMs = 1000;

}  // namespace

/// The process of one session, or of one to come.
struct Server::Kernel {
  uv_process_t process{};
  uv_timer_t limit{};
  uv_pipe_t control{};
  Server* server = nullptr;
  SessionName name = {};
  bool hasClient = false;
  bool hasSession = false;  // its client has said that it wants one
  uint64_t lostSince = 0;   // when its client lost the connection, by the loop's clock; or 0
  std::array<char, sizeof(News)> news{};
  size_t newsBytes = 0;
  int openHandles = 0;
};

/// One address that is listened at.
struct Server::Listener {
  AnyStream socket{};
  Server* server = nullptr;
  const Address* address = nullptr;
};

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      gateway_(loop_, options_.gatewayCommand, options_.openCertificate) {
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
  uv_signal_init(&loop_, &renew_);
  uv_timer_init(&loop_, &grace_);
  uv_timer_init(&loop_, &retry_);
  terminate_.data = interrupt_.data = renew_.data = grace_.data = retry_.data = this;
}

Server::~Server() { uv_loop_close(&loop_); }

int Server::run() {
  const bool isListening = listen();
  if (!isListening) closeAll();
  uv_run(&loop_, UV_RUN_DEFAULT);
  return isListening ? 0 : 1;
}

bool Server::listen(Listener& listener) {
  int failed = bindTo(listener.socket, *listener.address);
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
          .warmKernels = warmKernels(),
          .isDraining = isDraining_};
}

bool Server::listen() {
  for (const auto& listener : listeners_) {
    if (!listen(*listener)) return false;
  }
  if (!listenForMetrics()) return false;
  const bool needsGateway = std::ranges::any_of(
      options_.addresses, [](const Address& address) { return !clientKind(address).isPlain(); });
  if (needsGateway && !gateway_.start()) return false;
  const auto drain = [](uv_signal_t* signal, int) { static_cast<Server*>(signal->data)->drain(); };
  uv_signal_start(&terminate_, drain, SIGTERM);
  uv_signal_start(&interrupt_, drain, SIGINT);
  const auto renew = [](uv_signal_t* signal, int) {
    auto* server = static_cast<Server*>(signal->data);
    server->options_.hasCertificate ? void(server->gateway_.start()) : server->drain();
  };
  uv_signal_start(&renew_, renew, SIGHUP);
  for (const auto& listener : listeners_) {
    log("listening", static_cast<int>(uv_os_getpid()),
        boundName(listener->socket, *listener->address).c_str());
  }
  if (metrics_) {
    const std::string port = "metrics " + std::to_string(metrics_->port());
    log("listening", static_cast<int>(uv_os_getpid()), port.c_str());
  }
  startWarm();
  return true;
}

void Server::accept(Listener& listener) {
  const Address& address = *listener.address;
  auto* client = new AnyStream{};
  client->initialize(&loop_, address.kind);
  AnyStream* kernelEnd = nullptr;
  Kernel* kernel = nullptr;
  const bool mayReturn = options_.mayReturn && address.kind != Address::Kind::unix_socket;
  if (uv_accept(&listener.socket.stream, &client->stream) == 0) {
    if (isFull(mayReturn)) {
      refuse();
    } else {
      kernelEnd = kernelEndOf(address, *client);
    }
  }
  if (kernelEnd != client) client->close();
  if (kernelEnd == nullptr) return;
  kernel = takeWarm();
  if (kernel == nullptr) kernel = start();
  if (kernel == nullptr) return kernelEnd->close();
  kernel->hasClient = true;
  handOver(*kernel, *kernelEnd, mayReturn ? kReturningClient : kPassingClient);
  startWarm();
}

/// What a kernel is given of a client: its socket, or one that leads to it through the gateway.
/// Null when there is none.
AnyStream* Server::kernelEndOf(const Address& address, AnyStream& client) {
  if (address.kind != Address::Kind::unix_socket) uv_tcp_nodelay(&client.tcp, 1);
  const ClientKind kind = clientKind(address);
  if (kind.isPlain()) return &client;
  uv_os_fd_t descriptor = -1;
  const int end =
      uv_fileno(&client.handle, &descriptor) == 0 ? gateway_.join(kind, descriptor) : -1;
  if (end < 0) return nullptr;
  auto* const stream = new AnyStream{};
  stream->initialize(&loop_, Address::Kind::unix_socket);
  uv_pipe_open(&stream->pipe, end);
  return stream;
}

/// Whether there is no place for one client more. One that may have returned, to a session that is
/// counted already, is heard first.
bool Server::isFull(bool mayReturn) const {
  const size_t taken = kernels_.size() - warmKernels();
  if (mayReturn) return taken >= options_.maxSessions + kMaxArriving;
  return taken >= options_.maxSessions && longestLost() == nullptr;
}

void Server::refuse() {
  log("refused", 0, "too many sessions");
  counters_.refused++;
}

void Server::end(const Kernel& kernel, int signal) { uv_kill(-kernel.process.pid, signal); }

/// Gives the client to the kernel, which from then on has it alone.
void Server::handOver(Kernel& kernel, AnyStream& client, char kind) {
  struct HandingOver {
    uv_write_t request{};
    AnyStream* client;
    char kind;
  };
  auto* under = new HandingOver{.client = &client, .kind = kind};
  under->request.data = under;
  const uv_buf_t byte = uv_buf_init(&under->kind, 1);
  const auto done = [](uv_write_t* request, int) {
    const std::unique_ptr<HandingOver> finished(static_cast<HandingOver*>(request->data));
    finished->client->close();
  };
  const int failed = uv_write2(&under->request, reinterpret_cast<uv_stream_t*>(&kernel.control),
                               &byte, 1, &client.stream, done);
  if (failed == 0) return;
  delete under;
  client.close();
  end(kernel, SIGKILL);
}

/// What a kernel process tells, in pieces of any size. Whoever it serves may be behind it.
void Server::read(Kernel& kernel, std::span<const char> bytes) {
  if (kernel.hasSession && uv_pipe_pending_count(&kernel.control) > 0) {
    // It has nothing to hand over any more.
    return end(kernel, SIGKILL);
  }
  for (const char byte : bytes) {
    kernel.news[kernel.newsBytes++] = byte;
    if (kernel.newsBytes < kernel.news.size()) continue;
    kernel.newsBytes = 0;
    News news;
    std::memcpy(static_cast<void*>(&news), kernel.news.data(), sizeof news);
    take(kernel, news);
  }
}

void Server::take(Kernel& kernel, const News& news) {
  switch (news.kind) {
    case News::Kind::name:
      if (!kernel.hasSession) kernel.name = news.session;
      break;
    case News::Kind::begun:
      if (kernel.hasClient && !kernel.hasSession) begin(kernel);
      break;
    case News::Kind::elsewhere:
      if (kernel.hasClient && !kernel.hasSession) passOn(kernel, news.session);
      break;
    case News::Kind::lost:
      if (!kernel.hasSession || kernel.lostSince != 0) break;
      kernel.lostSince = std::max<uint64_t>(uv_now(&loop_), 1);
      log("lost", kernel.process.pid);
      break;
    case News::Kind::found:
      kernel.lostSince = 0;
      break;
  }
}

/// A client has a session now, unless there are too many.
void Server::begin(Kernel& kernel) {
  if (sessions_ >= options_.maxSessions && !makeRoom()) {
    refuse();
    return end(kernel, SIGKILL);
  }
  kernel.hasSession = true;
  sessions_++;
  counters_.sessions++;
  log("session", kernel.process.pid);
  if (options_.maxSeconds == 0) return;
  const auto kill = [](uv_timer_t* timer) {
    auto* late = static_cast<Kernel*>(timer->data);
    log("time-passed", late->process.pid);
    late->server->counters_.outOfTime++;
    end(*late, SIGKILL);
  };
  uv_timer_start(&kernel.limit, kill, options_.maxSeconds * 1000, 0);
}

/// Ends the session whose client has been lost for longest. False when none has.
bool Server::makeRoom() {
  Kernel* const longest = longestLost();
  if (longest == nullptr) return false;
  log("forgotten", longest->process.pid);
  longest->lostSince = 0;
  longest->hasSession = false;
  sessions_--;
  end(*longest, SIGKILL);
  return true;
}

Server::Kernel* Server::longestLost() const {
  Kernel* longest = nullptr;
  for (Kernel* kernel : kernels_) {
    if (kernel->lostSince == 0) continue;
    if (longest == nullptr || kernel->lostSince < longest->lostSince) longest = kernel;
  }
  return longest;
}

/// The client of a kernel that has just been handed to it wants a session that it had before: it is
/// given to the kernel of that.
void Server::passOn(Kernel& kernel, const SessionName& session) {
  auto* const control = reinterpret_cast<uv_stream_t*>(&kernel.control);
  AnyStream* client = nullptr;
  if (uv_pipe_pending_count(&kernel.control) > 0) {
    client = new AnyStream{};
    const bool isTcp = uv_pipe_pending_type(&kernel.control) == UV_TCP;
    client->initialize(&loop_, isTcp ? Address::Kind::tcp : Address::Kind::unix_socket);
    if (uv_accept(control, &client->stream) != 0) {
      client->close();
      client = nullptr;
    }
  }
  Kernel* wanted = nullptr;
  for (Kernel* other : kernels_) {
    if (other->hasSession && other->name == session) wanted = other;
  }
  char answer = kUnknown;
  if (client != nullptr && wanted != nullptr) {
    handOver(*wanted, *client, kReturningClient);
    log("returned", wanted->process.pid);
    counters_.returned++;
    answer = kPassedOn;
  } else if (client != nullptr) {
    client->close();
  }
  const uv_buf_t byte = uv_buf_init(&answer, 1);
  uv_try_write(control, &byte, 1);
}

/// Starts kernels until enough of them wait.
void Server::startWarm() {
  if (isDraining_) return;
  size_t waiting = warmKernels();
  while (waiting < options_.warmKernels && start() != nullptr) waiting++;
}

size_t Server::warmKernels() const {
  return static_cast<size_t>(
      std::ranges::count_if(kernels_, [](const Kernel* kernel) { return !kernel->hasClient; }));
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
  constexpr int kBothWays = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE;
  uv_stdio_container_t control{};
  // That flags are an enumeration is libuv's way.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  control.flags = static_cast<uv_stdio_flags>(kBothWays);
  control.data.stream = reinterpret_cast<uv_stream_t*>(&kernel->control);
  const auto ended = [](uv_process_t* process, int64_t status, int signal) {
    auto* gone = static_cast<Kernel*>(process->data);
    gone->server->ended(*gone, status, signal);
  };
  uv_timer_init(&loop_, &kernel->limit);
  uv_pipe_init(&loop_, &kernel->control, 1);
  const int failed = startChild(loop_, kernel->process,
                                {.command = options_.kernelCommand,
                                 .control = control,
                                 .descriptors = options_.descriptors,
                                 .ended = ended});
  if (failed != 0) {
    log("start-failed", 0, uv_strerror(failed));
    counters_.notStarted++;
    close(*kernel);
    return nullptr;
  }
  kernels_.insert(kernel);
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&kernel->control),
      [](uv_handle_t*, size_t, uv_buf_t* buffer) {
        static std::array<char, 1024> bytes;
        *buffer = uv_buf_init(bytes.data(), bytes.size());
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
        auto* from = static_cast<Kernel*>(stream->data);
        if (count < 0) uv_read_stop(stream);
        if (count > 0) from->server->read(*from, {buffer->base, static_cast<size_t>(count)});
      });
  log("started", kernel->process.pid);
  counters_.started++;
  return kernel;
}

void Server::ended(Kernel& kernel, int64_t status, int signal) {
  log("ended", kernel.process.pid, endText(status, signal).c_str());
  (signal != 0   ? counters_.endedBySignal
   : status != 0 ? counters_.endedByStatus
                 : counters_.endedWell)++;
  // What bwrap leaves when it is ended while it starts: an init of a new namespace, which heeds
  // nothing less.
  end(kernel, SIGKILL);
  kernels_.erase(&kernel);
  if (kernel.hasSession) sessions_--;
  if (!kernel.hasClient && !isDraining_) {
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
  gateway_.close();
  if (metrics_) metrics_->close();
  for (uv_handle_t* handle :
       {reinterpret_cast<uv_handle_t*>(&terminate_), reinterpret_cast<uv_handle_t*>(&interrupt_),
        reinterpret_cast<uv_handle_t*>(&renew_), reinterpret_cast<uv_handle_t*>(&grace_),
        reinterpret_cast<uv_handle_t*>(&retry_)}) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  }
}

}  // namespace krait::sessions
