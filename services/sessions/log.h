#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace krait::sessions {

/// One line of the server's log: what happened, and to which process.
inline void log(const char* event, int pid, const char* detail = "") {
  std::fprintf(stderr, "event=%s pid=%d%s%s\n", event, pid, *detail != '\0' ? " detail=" : "",
               detail);
}

/// How a process has ended, for the log; empty when it ended well.
inline std::string endText(int64_t status, int signal) {
  if (signal != 0) return "signal " + std::to_string(signal);
  return status != 0 ? "status " + std::to_string(status) : "";
}

}  // namespace krait::sessions
