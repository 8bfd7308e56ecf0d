#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace krait::sessions {

/// What a kernel process is told by its server.
struct KernelOptions {
  int control = -1;  // a Unix socket, by which the server hands the client over
  std::optional<std::vector<uint8_t>> token;  // what admits the client
  uint64_t maxIdleSeconds = 0;                // without a message of the client; 0 is no limit
  uint64_t graceSeconds = 0;                  // that a client may be away which has lost its link
  std::string home;                           // of CPython's library; empty: CPython finds its own
  std::vector<std::string>
      searchPaths;  // where the Python half of the API is, in front of Python's own
};

/// Starts an interpreter, waits for a client, and serves one session to its end. Returns the exit
/// status of the process.
int runKernel(const KernelOptions& options);

}  // namespace krait::sessions
