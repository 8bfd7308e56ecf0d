#include "services/sessions/metrics.h"

#include <array>
#include <memory>

namespace krait::sessions {

namespace {

constexpr int kBacklog = 16;
/// A longer request is not answered.
constexpr size_t kMaxRequestBytes = 8192;
/// How long a request may take to come, in milliseconds.
constexpr uint64_t kPatienceMs = 5000;

void add(std::string& text, const char* name, const char* kind, const char* help, uint64_t value) {
  text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + kind + "\n" +
          name + " " + std::to_string(value) + "\n";
}

std::string answer(const char* status, const std::string& body) {
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace

std::string metricsText(const Counters& counters, const Gauges& gauges) {
  std::string text;
  add(text, "krait_sessions", "gauge", "Sessions that are open.", gauges.sessions);
  add(text, "krait_sessions_max", "gauge", "Sessions that may be open at once.",
      gauges.maxSessions);
  add(text, "krait_warm_kernels", "gauge", "Kernels that wait for a client.", gauges.warmKernels);
  add(text, "krait_draining", "gauge", "Whether the server ends.", gauges.isDraining ? 1 : 0);
  add(text, "krait_sessions_total", "counter", "Sessions that were begun.", counters.sessions);
  add(text, "krait_sessions_returned_total", "counter",
      "Clients that came back to their session after they had lost the connection.",
      counters.returned);
  add(text, "krait_sessions_refused_total", "counter", "Clients that found too many sessions.",
      counters.refused);
  add(text, "krait_kernels_started_total", "counter", "Kernel processes that were started.",
      counters.started);
  add(text, "krait_kernels_not_started_total", "counter",
      "Kernel processes that the system refused to start.", counters.notStarted);
  text +=
      "# HELP krait_kernels_ended_total Kernel processes that have ended, by how.\n"
      "# TYPE krait_kernels_ended_total counter\n";
  const std::array<std::pair<const char*, uint64_t>, 3> ends = {
      {{"well", counters.endedWell},
       {"status", counters.endedByStatus},
       {"signal", counters.endedBySignal}}};
  for (const auto& [how, count] : ends) {
    text += std::string("krait_kernels_ended_total{how=\"") + how + "\"} " + std::to_string(count) +
            "\n";
  }
  add(text, "krait_sessions_out_of_time_total", "counter",
      "Sessions that were ended by --max-seconds.", counters.outOfTime);
  return text;
}

/// One connection, until it is answered.
struct MetricsPage::Visit {
  uv_tcp_t socket{};
  uv_timer_t patience{};
  uv_write_t writing{};
  const MetricsPage* page = nullptr;
  std::string request;
  std::string reply;
  std::array<char, 1024> room{};
  int openHandles = 2;

  static Visit& of(void* data) { return *static_cast<Visit*>(data); }

  void end() {
    const auto closed = [](uv_handle_t* handle) {
      Visit& visit = of(handle->data);
      if (--visit.openHandles == 0) delete &visit;
    };
    for (uv_handle_t* handle :
         {reinterpret_cast<uv_handle_t*>(&socket), reinterpret_cast<uv_handle_t*>(&patience)}) {
      if (uv_is_closing(handle) == 0) uv_close(handle, closed);
    }
  }

  void take(ssize_t count) {
    if (count < 0) return end();
    request.append(room.data(), static_cast<size_t>(count));
    if (request.size() > kMaxRequestBytes) return end();
    if (request.find("\r\n\r\n") == std::string::npos) return;
    uv_read_stop(reinterpret_cast<uv_stream_t*>(&socket));
    reply = page->answerTo(request);
    uv_buf_t bytes = uv_buf_init(reply.data(), static_cast<unsigned>(reply.size()));
    const int failed = uv_write(&writing, reinterpret_cast<uv_stream_t*>(&socket), &bytes, 1,
                                [](uv_write_t* request, int) { of(request->data).end(); });
    if (failed != 0) end();
  }
};

MetricsPage::MetricsPage(uv_loop_t& loop, std::function<std::string()> text,
                         std::function<bool()> isHealthy)
    : loop_(loop), text_(std::move(text)), isHealthy_(std::move(isHealthy)) {
  uv_tcp_init(&loop_, &socket_);
  socket_.data = this;
}

int MetricsPage::listen(const Address& address) {
  const int failed = uv_tcp_bind(&socket_, address.socketAddress(), 0);
  if (failed != 0) return failed;
  return uv_listen(reinterpret_cast<uv_stream_t*>(&socket_), kBacklog,
                   [](uv_stream_t* stream, int status) {
                     if (status == 0) static_cast<MetricsPage*>(stream->data)->accept();
                   });
}

int MetricsPage::port() const {
  sockaddr_storage bound{};
  int size = sizeof bound;
  uv_tcp_getsockname(&socket_, reinterpret_cast<sockaddr*>(&bound), &size);
  const uint16_t port = bound.ss_family == AF_INET6
                            ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                            : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port;
  return ntohs(port);
}

void MetricsPage::close() {
  auto* handle = reinterpret_cast<uv_handle_t*>(&socket_);
  if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
}

void MetricsPage::accept() {
  auto* visit = new Visit;
  visit->page = this;
  visit->socket.data = visit->patience.data = visit->writing.data = visit;
  uv_tcp_init(&loop_, &visit->socket);
  uv_timer_init(&loop_, &visit->patience);
  auto* stream = reinterpret_cast<uv_stream_t*>(&visit->socket);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(&socket_), stream) != 0) return visit->end();
  uv_timer_start(
      &visit->patience, [](uv_timer_t* timer) { Visit::of(timer->data).end(); }, kPatienceMs, 0);
  const auto allocate = [](uv_handle_t* handle, size_t, uv_buf_t* room) {
    auto& place = Visit::of(handle->data).room;
    *room = uv_buf_init(place.data(), place.size());
  };
  uv_read_start(stream, allocate, [](uv_stream_t* from, ssize_t count, const uv_buf_t*) {
    Visit::of(from->data).take(count);
  });
}

std::string MetricsPage::answerTo(const std::string& request) const {
  const std::string line = request.substr(0, request.find("\r\n"));
  if (!line.starts_with("GET ")) return answer("405 Method Not Allowed", "");
  const std::string path = line.substr(4, line.find(' ', 4) - 4);
  if (path == "/metrics") return answer("200 OK", text_());
  if (path != "/health") return answer("404 Not Found", "");
  return isHealthy_() ? answer("200 OK", "ok\n") : answer("503 Service Unavailable", "draining\n");
}

}  // namespace krait::sessions
