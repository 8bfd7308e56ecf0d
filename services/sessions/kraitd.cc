// kraitd: kernels for clients in other processes. README.md has its command line.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "services/sessions/kernel-process.h"
#include "services/sessions/server.h"

namespace {

constexpr const char* kHelp =
    "usage: kraitd --listen unix:PATH [--token-file FILE] [--python-path FOLDER]...\n"
    "\n"
    "Hosts Python kernels for krait clients: each connection gets a process with an interpreter of "
    "its own.\n"
    "\n"
    "  --listen unix:PATH    the Unix socket to listen on; made with mode 0600\n"
    "  --token-file FILE     what clients must show: the bytes of FILE, less a line end at its "
    "end\n"
    "  --python-path FOLDER  put in front of the search path of modules\n"
    "  --max-sessions N      clients at once (64); one more is refused\n"
    "  --help                this text\n"
    "\n"
    "Ends on SIGTERM or SIGINT, once the kernels have ended. Logs to standard error, a line an "
    "event.\n";

constexpr const char* kUnix = "unix:";
constexpr int kUsage = 2;
constexpr int kConnection = 3;

struct Options {
  std::string listen;
  std::string tokenFile;
  std::vector<std::string> pythonPath;
  size_t maxSessions = 64;
  bool isKernel = false;  // started by a server
  bool isHelp = false;
};

/// Null when the command line cannot be understood; then that was said.
std::optional<Options> parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i++) {
    const std::string_view word = words[i];
    if (word == "--help") {
      options.isHelp = true;
      return options;
    }
    if (word == "--kernel") {
      options.isKernel = true;
      continue;
    }
    const char* value = i + 1 < count ? words[++i] : nullptr;
    if (value == nullptr) {
      std::fprintf(stderr, "kraitd: %s wants a value, or is unknown; see kraitd --help\n",
                   words[i]);
      return std::nullopt;
    }
    if (word == "--listen") {
      options.listen = value;
    } else if (word == "--token-file") {
      options.tokenFile = value;
    } else if (word == "--python-path") {
      options.pythonPath.emplace_back(value);
    } else if (word == "--max-sessions") {
      options.maxSessions = std::strtoul(value, nullptr, 10);
    } else {
      std::fprintf(stderr, "kraitd: unknown option %s; see kraitd --help\n", words[i - 1]);
      return std::nullopt;
    }
  }
  return options;
}

std::optional<std::vector<uint8_t>> readToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::vector<uint8_t> token(std::istreambuf_iterator<char>(file), {});
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  return token;
}

int runKernel(const Options& options) {
  krait::sessions::KernelOptions kernel{
      .descriptor = kConnection, .token = std::nullopt, .searchPaths = options.pythonPath};
  if (!options.tokenFile.empty()) {
    kernel.token = readToken(options.tokenFile);
    if (!kernel.token) return kUsage;
  }
  return krait::sessions::runKernel(kernel);
}

int runServer(const Options& options, const char* program) {
  if (!options.listen.starts_with(kUnix)) {
    std::fputs("kraitd: --listen unix:PATH is needed; see kraitd --help\n", stderr);
    return kUsage;
  }
  krait::sessions::ServerOptions server{.socketPath = options.listen.substr(std::strlen(kUnix)),
                                        .kernelCommand = {program, "--kernel"},
                                        .maxSessions = options.maxSessions};
  if (!options.tokenFile.empty()) {
    const auto token = readToken(options.tokenFile);
    if (!token || token->empty()) {
      std::fprintf(stderr, "kraitd: %s holds no token\n", options.tokenFile.c_str());
      return kUsage;
    }
    server.kernelCommand.insert(server.kernelCommand.end(), {"--token-file", options.tokenFile});
  }
  for (const std::string& folder : options.pythonPath) {
    server.kernelCommand.insert(server.kernelCommand.end(), {"--python-path", folder});
  }
  return krait::sessions::Server(std::move(server)).run();
}

}  // namespace

int main(int count, char** words) {
  const auto options = parse(count, words);
  if (!options) return kUsage;
  if (options->isHelp) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  return options->isKernel ? runKernel(*options) : runServer(*options, "/proc/self/exe");
}
