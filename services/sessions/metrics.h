#pragma once

#include <uv.h>

#include <functional>
#include <string>

#include "services/sessions/address.h"

namespace krait::sessions {

/// What has happened since the server began.
struct Counters {
  uint64_t sessions = 0;
  uint64_t returned = 0;
  uint64_t refused = 0;
  uint64_t started = 0;
  uint64_t notStarted = 0;
  uint64_t endedWell = 0;
  uint64_t endedByStatus = 0;
  uint64_t endedBySignal = 0;
  uint64_t outOfTime = 0;
};

/// What there is now.
struct Gauges {
  size_t sessions = 0;
  size_t maxSessions = 0;
  size_t warmKernels = 0;
  bool isDraining = false;
};

/// Both in the text format of Prometheus, version 0.0.4.
std::string metricsText(const Counters& counters, const Gauges& gauges);

/// Answers GET /metrics and GET /health over HTTP, on a loop of libuv. Nothing of a request matters
/// but its first line, and every answer ends its connection, so this is all of HTTP that there is.
class MetricsPage {
 public:
  /// `text` makes the body of /metrics; `isHealthy` decides /health.
  MetricsPage(uv_loop_t& loop, std::function<std::string()> text, std::function<bool()> isHealthy);
  MetricsPage(const MetricsPage&) = delete;
  MetricsPage& operator=(const MetricsPage&) = delete;

  /// 0, or what went wrong.
  int listen(const Address& address);
  /// The port, which the system may have chosen.
  int port() const;
  void close();

 private:
  struct Visit;

  void accept();
  std::string answerTo(const std::string& request) const;

  uv_loop_t& loop_;
  const std::function<std::string()> text_;
  const std::function<bool()> isHealthy_;
  uv_tcp_t socket_{};
};

}  // namespace krait::sessions
