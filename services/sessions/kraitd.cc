// kraitd: kernels for clients in other processes. README.md has its command line.
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "services/sessions/command-line.h"
#include "services/sessions/kernel-process.h"
#include "services/sessions/sandbox.h"
#include "services/sessions/server.h"
#include "services/sessions/token.h"

namespace {

using namespace krait::sessions;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
/// Where a kernel process gets its client, and what admits it.
constexpr int kControl = 3;
constexpr int kToken = 4;

int runKernel(const CommandLine& line) {
  if (!apply(line.limits)) {
    std::perror("kraitd: the limits of the kernel cannot be set");
    return kFailed;
  }
  KernelOptions kernel{.control = kControl,
                       .origins = line.origins,
                       .token = {},
                       .maxIdleSeconds = line.maxIdleSeconds,
                       .searchPaths = line.pythonPath};
  if (line.hasToken) {
    kernel.token = readToken(kToken);
    close(kToken);
    if (!kernel.token) return kFailed;
  }
  return runKernel(kernel);
}

/// The absolute path of what exists; empty, and said, for what does not.
std::string absolute(const std::string& path) {
  std::string found;
  if (char* const real = realpath(path.c_str(), nullptr); real != nullptr) {
    found = real;
    std::free(real);
  } else {
    std::fprintf(stderr, "kraitd: there is no %s\n", path.c_str());
  }
  return found;
}

bool makeAbsolute(std::vector<std::string>& paths) {
  for (std::string& path : paths) {
    path = absolute(path);
    if (path.empty()) return false;
  }
  return true;
}

int runServer(CommandLine line) {
  const bool arePaths = makeAbsolute(line.pythonPath) && makeAbsolute(line.grants.readable) &&
                        makeAbsolute(line.grants.writable);
  if (!arePaths) return kUsage;
  ServerOptions server{.addresses = line.addresses,
                       .kernelCommand = {},
                       .descriptors = {},
                       .maxSessions = line.maxSessions,
                       .warmKernels = line.warmKernels,
                       .maxSeconds = line.maxSeconds,
                       .metrics = line.metrics};
  const std::string program = absolute("/proc/self/exe");
  if (line.isClosedOff) {
    const std::string bwrap = findProgram("bwrap");
    if (bwrap.empty()) {
      std::fputs(
          "kraitd: bwrap is not there, which closes kernels off from this host. Install it (the "
          "package bubblewrap), or let clients do whatever this user may, with --no-sandbox\n",
          stderr);
      return kFailed;
    }
    Grants grants = line.grants;
    grants.readable.push_back(program);
    grants.readable.insert(grants.readable.end(), line.pythonPath.begin(), line.pythonPath.end());
    server.kernelCommand = sandboxCommand(bwrap, grants);
  }
  auto& command = server.kernelCommand;
  command.push_back(program);
  for (std::string& word : kernelArguments(line)) command.push_back(std::move(word));
  if (line.hasToken) {
    const int descriptor = holdToken(line.token);
    if (descriptor < 0) {
      std::perror("kraitd: the token cannot be held");
      return kFailed;
    }
    server.descriptors.push_back(descriptor);
  }
  return Server(std::move(server)).run();
}

}  // namespace

int main(int count, char** words) {
  CommandLine line;
  switch (parse(count, words, line)) {
    case Parsed::help:
      std::fputs(helpText(), stdout);
      return 0;
    case Parsed::version:
      std::puts(versionText());
      return 0;
    case Parsed::wrong:
      return kUsage;
    case Parsed::kernel:
      return runKernel(line);
    case Parsed::server:
      return runServer(std::move(line));
  }
  return kFailed;
}
