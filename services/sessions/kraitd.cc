// kraitd: kernels for clients in other processes. README.md has its command line.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "services/sessions/child-process.h"
#include "services/sessions/command-line.h"
#include "services/sessions/gateway.h"
#include "services/sessions/installation.h"
#include "services/sessions/kernel-process.h"
#include "services/sessions/sandbox.h"
#include "services/sessions/server.h"
#include "services/sessions/token.h"

namespace {

using namespace krait::sessions;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
/// What a kernel process is given, beside the way to its server.
constexpr int kToken = kFirstDescriptor;
/// What a gateway is given.
constexpr int kCertificate = kFirstDescriptor;
constexpr int kKey = kFirstDescriptor + 1;

int runKernel(const CommandLine& line) {
  if (!apply(line.limits)) {
    std::perror("kraitd: the limits of the kernel cannot be set");
    return kFailed;
  }
  KernelOptions kernel{.control = kControlDescriptor,
                       .token = {},
                       .maxIdleSeconds = line.maxIdleSeconds,
                       .graceSeconds = line.graceSeconds,
                       .home = Installation(line.installedAt).pythonHome(),
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

/// The files of the certificate and of its key, for the gateway.
std::optional<std::vector<int>> openCertificate(const std::string& certificate,
                                                const std::string& key) {
  std::vector<int> descriptors;
  for (const std::string& path : {certificate, key}) {
    if (path.empty()) continue;
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      std::fprintf(stderr, "kraitd: %s cannot be read: %s\n", path.c_str(), std::strerror(errno));
      for (const int opened : descriptors) close(opened);
      return std::nullopt;
    }
    descriptors.push_back(descriptor);
  }
  return descriptors;
}

int runServer(CommandLine line) {
  const bool arePaths = makeAbsolute(line.pythonPath) && makeAbsolute(line.grants.readable) &&
                        makeAbsolute(line.grants.writable);
  if (!arePaths) return kUsage;
  ServerOptions server{
      .addresses = line.addresses,
      .kernelCommand = {},
      .descriptors = {},
      .gatewayCommand = {},
      .openCertificate = [certificate = line.certificate,
                          key = line.key] { return openCertificate(certificate, key); },
      .hasCertificate = !line.certificate.empty(),
      .maxSessions = line.maxSessions,
      .warmKernels = line.warmKernels,
      .maxSeconds = line.maxSeconds,
      .mayReturn = line.graceSeconds > 0,
      .metrics = line.metrics};
  const Installation installation(line.installedAt);
  std::vector<std::string> bwrap;
  if (line.isClosedOff) {
    bwrap = installation.bubblewrap();
    if (bwrap.empty()) {
      std::fputs(
          "kraitd: bwrap is not there, which closes kernels off from this host. Install it (the "
          "package bubblewrap), or let clients do whatever this user may, with --no-sandbox\n",
          stderr);
      return kFailed;
    }
  }
  // The command of this program, closed off from the host but for the grants.
  const auto commandOf = [&](Grants grants, const std::vector<std::string>& arguments) {
    grants.readable.push_back(installation.readable());
    std::vector<std::string> command;
    if (!bwrap.empty()) command = sandboxCommand(bwrap, grants);
    for (const auto& words : {installation.program(), arguments}) {
      command.insert(command.end(), words.begin(), words.end());
    }
    return command;
  };
  if (const std::string half = installation.pythonPath(); !half.empty()) {
    line.pythonPath.push_back(half);
  }
  Grants grants = line.grants;
  grants.readable.insert(grants.readable.end(), line.pythonPath.begin(), line.pythonPath.end());
  server.kernelCommand = commandOf(grants, kernelArguments(line));
  server.gatewayCommand = commandOf({}, gatewayArguments(line));
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
    case Parsed::gateway:
      return runGateway({.control = kControlDescriptor,
                         .origins = line.origins,
                         .certificate = line.hasCertificate ? kCertificate : -1,
                         .key = line.hasCertificate ? kKey : -1,
                         .libraries = Installation(line.installedAt).libraries()});
    case Parsed::server:
      return runServer(std::move(line));
  }
  return kFailed;
}
