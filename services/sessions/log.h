#pragma once

#include <cstdio>

namespace krait::sessions {

/// One line of the server's log: what happened, and to which process.
inline void log(const char* event, int pid, const char* detail = "") {
  std::fprintf(stderr, "event=%s pid=%d%s%s\n", event, pid, *detail != '\0' ? " detail=" : "",
               detail);
}

}  // namespace krait::sessions
