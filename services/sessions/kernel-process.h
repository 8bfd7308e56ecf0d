#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace krait::sessions {

/// What a kernel process is told by its server.
struct KernelOptions {
  int descriptor = -1;                        // of the connection, which it takes over
  std::optional<std::vector<uint8_t>> token;  // what admits the client
  std::vector<std::string>
      searchPaths;  // where the Python half of the API is, in front of Python's own
};

/// Serves one session to its end, with an interpreter of its own. Returns the exit status of the
/// process.
int runKernel(const KernelOptions& options);

}  // namespace krait::sessions
