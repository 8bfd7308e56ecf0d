#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/sessions/io-thread.h"

namespace krait::sessions {

/// What a kernel process is told by its server.
struct KernelOptions {
  Endpoint client;
  std::optional<std::vector<uint8_t>> token;  // what admits the client
  std::vector<std::string>
      searchPaths;  // where the Python half of the API is, in front of Python's own
};

/// Serves one session to its end, with an interpreter of its own. Returns the exit status of the
/// process.
int runKernel(const KernelOptions& options);

}  // namespace krait::sessions
