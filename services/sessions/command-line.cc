#include "services/sessions/command-line.h"

#include <getopt.h>

#include <charconv>
#include <cstdio>

namespace krait::sessions {

namespace {

constexpr const char* kHelp =
    R"(usage: kraitd --listen ADDRESS... [--token-file FILE] [option...]

Hosts Python kernels for krait clients. Each connection gets a process with an interpreter of its own, closed off from this
host: it reads the system's programs and libraries, has a /tmp and a home folder that end with it, and no network.

  --listen unix:PATH         a Unix socket, made with mode 0600
  --listen tcp://HOST:PORT   a loopback address; port 0 lets the system choose; wants a token
  --listen ws://HOST:PORT    the same for WebSockets, which pages can open
  --listen tls://HOST:PORT   as tcp://, with TLS, so that it may be any address of this host, as 0.0.0.0 or [::]
  --listen wss://HOST:PORT   as ws://, with TLS
                             (--listen may be repeated)
  --tls-cert FILE            for tls:// and wss://: the certificate and those that lead from it to its authority (PEM)
  --tls-key FILE             its private key (PEM); kernels never have it
  --allow-origin ORIGIN      pages of ORIGIN, as http://HOST:PORT, may connect; may be repeated. Default: no page may
  --token-file FILE          what clients must show: the bytes of FILE, less a line end at its end
  --token TOKEN              the same as a word, which other users of this host can read in the list of processes
  --python-path FOLDER       put in front of the search path of modules; may be repeated

What a kernel may reach:
  --allow-network            the network
  --allow-read PATH          a file or folder, to read; may be repeated
  --allow-write PATH         a file or folder, to read and write; may be repeated
  --no-sandbox               whatever the user may who runs this

What a session may use (0, the default: no limit):
  --max-memory MIB           of address space, then MemoryError
  --max-cpu SECONDS          of computing, then the session is ended
  --max-seconds SECONDS      from its begin, then the session is ended
  --max-idle SECONDS         without a message of its client, while nothing runs, then the session is ended
  --grace SECONDS            without its client, when that has lost its connection and may come back (30; 0: it may not, nor
                             may clients of a Unix socket, which is never lost)
  --max-files N              open at once, then OSError
  --max-sessions N           clients at once (64); one more is refused
  --warm N                   kernels that are started before a client wants them (1)

  --metrics tcp://HOST:PORT  a loopback address for HTTP: /metrics for Prometheus, /health (200, or 503 while it ends)

  --help, --version

Ends on SIGTERM or SIGINT, once the kernels have ended. Reads a certificate again on SIGHUP, for clients to come. Logs to standard error, a line an event.
)";

enum Option : int {
  kListen = 256,
  kTokenFile,
  kTokenWord,
  kPythonPath,
  kOrigin,
  kNetwork,
  kRead,
  kWrite,
  kNoSandbox,
  kMemory,
  kCpu,
  kSeconds,
  kIdle,
  kMetrics,
  kFiles,
  kSessions,
  kKernel,
  kHasToken,
  kWarm,
  kCertificate,
  kKey,
  kGrace,
  kGateway,
  kHasCertificate,
  kInstalledAt,
  kHelpOption,
  kVersion,
};

constexpr option kOptions[] = {
    {"listen", required_argument, nullptr, kListen},
    {"token-file", required_argument, nullptr, kTokenFile},
    {"token", required_argument, nullptr, kTokenWord},
    {"python-path", required_argument, nullptr, kPythonPath},
    {"allow-origin", required_argument, nullptr, kOrigin},
    {"allow-network", no_argument, nullptr, kNetwork},
    {"allow-read", required_argument, nullptr, kRead},
    {"allow-write", required_argument, nullptr, kWrite},
    {"no-sandbox", no_argument, nullptr, kNoSandbox},
    {"max-memory", required_argument, nullptr, kMemory},
    {"max-cpu", required_argument, nullptr, kCpu},
    {"max-seconds", required_argument, nullptr, kSeconds},
    {"max-idle", required_argument, nullptr, kIdle},
    {"metrics", required_argument, nullptr, kMetrics},
    {"max-files", required_argument, nullptr, kFiles},
    {"max-sessions", required_argument, nullptr, kSessions},
    {"warm", required_argument, nullptr, kWarm},
    {"tls-cert", required_argument, nullptr, kCertificate},
    {"tls-key", required_argument, nullptr, kKey},
    {"grace", required_argument, nullptr, kGrace},
    {"gateway", no_argument, nullptr, kGateway},                 // started by a server
    {"installed-at", required_argument, nullptr, kInstalledAt},  // by the script of an archive
    {"has-certificate", no_argument, nullptr, kHasCertificate},  // a gateway is handed one
    {"kernel", no_argument, nullptr, kKernel},                   // started by a server
    {"has-token", no_argument, nullptr, kHasToken},              // a kernel is handed one
    {"help", no_argument, nullptr, kHelpOption},
    {"version", no_argument, nullptr, kVersion},
    {},
};

constexpr uint64_t kBytesOfMib = 1 << 20;
constexpr uint64_t kMaxNumber = uint64_t{1} << 40;

Parsed wrong(const char* what, const char* why) {
  std::fprintf(stderr, "kraitd: %s %s; see kraitd --help\n", what, why);
  return Parsed::wrong;
}

bool readNumber(const char* text, uint64_t& number) {
  const std::string_view digits(text);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && number <= kMaxNumber;
}

/// Where the number of an option goes; null for options that have none.
uint64_t* numberOf(int option, CommandLine& line) {
  switch (option) {
    case kMemory:
      return &line.limits.memoryBytes;
    case kCpu:
      return &line.limits.cpuSeconds;
    case kFiles:
      return &line.limits.files;
    case kSeconds:
      return &line.maxSeconds;
    case kIdle:
      return &line.maxIdleSeconds;
    case kSessions:
      return &line.maxSessions;
    case kWarm:
      return &line.warmKernels;
    case kGrace:
      return &line.graceSeconds;
    default:
      return nullptr;
  }
}

void addAll(std::vector<std::string>& words, const char* option,
            const std::vector<std::string>& values) {
  for (const std::string& value : values) words.insert(words.end(), {option, value});
}

void addInstalledAt(std::vector<std::string>& words, const CommandLine& line) {
  if (!line.installedAt.empty()) words.insert(words.end(), {"--installed-at", line.installedAt});
}

Parsed checked(CommandLine& line) {
  if (line.addresses.empty()) return wrong("--listen ADDRESS", "is needed");
  if (line.hasToken && line.token.empty()) return wrong("the token", "is empty");
  if (line.certificate.empty() != line.key.empty()) {
    return wrong("--tls-cert and --tls-key", "go together");
  }
  constexpr uint64_t kMaxGraceSeconds = 86400;
  if (line.graceSeconds > kMaxGraceSeconds) return wrong("--grace", "is at most a day");
  for (const Address& address : line.addresses) {
    if (address.isEncrypted && line.certificate.empty()) {
      return wrong(address.text.c_str(), "needs --tls-cert and --tls-key");
    }
    if (address.kind != Address::Kind::unix_socket && !line.hasToken) {
      return wrong(address.text.c_str(),
                   "can be reached by others than its user: give --token-file");
    }
  }
  return Parsed::server;
}

}  // namespace

Parsed parse(int count, char** words, CommandLine& line) {
  Parsed parsed = Parsed::server;
  opterr = 0;
  for (;;) {
    const int option = getopt_long(count, words, "", kOptions, nullptr);
    if (option == -1) break;
    if (uint64_t* const number = numberOf(option, line); number != nullptr) {
      if (!readNumber(optarg, *number)) return wrong(optarg, "is no such number");
      if (option == kMemory) *number *= kBytesOfMib;
      continue;
    }
    switch (option) {
      case kListen: {
        std::string problem;
        auto address = parseAddress(optarg, problem);
        if (!address) return wrong(optarg, problem.c_str());
        line.addresses.push_back(*std::move(address));
        break;
      }
      case kMetrics: {
        std::string problem;
        auto address = parseAddress(optarg, problem);
        if (!address) return wrong(optarg, problem.c_str());
        if (address->kind != Address::Kind::tcp) return wrong(optarg, "is no tcp://HOST:PORT");
        line.metrics = *std::move(address);
        break;
      }
      case kTokenFile: {
        auto token = tokenFrom(optarg);
        if (!token) return wrong(optarg, "cannot be read");
        line.token = *std::move(token);
        line.hasToken = true;
        break;
      }
      case kTokenWord: {
        const std::string_view word(optarg);
        line.token.assign(word.begin(), word.end());
        line.hasToken = true;
        break;
      }
      case kPythonPath:
        line.pythonPath.emplace_back(optarg);
        break;
      case kOrigin:
        line.origins.emplace_back(optarg);
        break;
      case kNetwork:
        line.grants.hasNetwork = true;
        break;
      case kRead:
        line.grants.readable.emplace_back(optarg);
        break;
      case kWrite:
        line.grants.writable.emplace_back(optarg);
        break;
      case kNoSandbox:
        line.isClosedOff = false;
        break;
      case kKernel:
        parsed = Parsed::kernel;
        break;
      case kGateway:
        parsed = Parsed::gateway;
        break;
      case kCertificate:
        line.certificate = optarg;
        break;
      case kKey:
        line.key = optarg;
        break;
      case kInstalledAt:
        line.installedAt = optarg;
        break;
      case kHasCertificate:
        line.hasCertificate = true;
        break;
      case kHasToken:
        line.hasToken = true;
        break;
      case kHelpOption:
        return Parsed::help;
      case kVersion:
        return Parsed::version;
      default:
        return wrong(words[optind - 1], "is unknown, or lacks its value");
    }
  }
  if (optind < count) return wrong(words[optind], "is no option");
  return parsed == Parsed::server ? checked(line) : parsed;
}

std::vector<std::string> kernelArguments(const CommandLine& line) {
  std::vector<std::string> words;
  words.emplace_back("--kernel");
  addInstalledAt(words, line);
  if (line.hasToken) words.emplace_back("--has-token");
  addAll(words, "--python-path", line.pythonPath);
  const auto add = [&](const char* option, uint64_t number) {
    if (number > 0) words.insert(words.end(), {option, std::to_string(number)});
  };
  add("--max-memory", line.limits.memoryBytes / kBytesOfMib);
  add("--max-cpu", line.limits.cpuSeconds);
  add("--max-files", line.limits.files);
  add("--max-idle", line.maxIdleSeconds);
  words.insert(words.end(), {"--grace", std::to_string(line.graceSeconds)});
  return words;
}

std::vector<std::string> gatewayArguments(const CommandLine& line) {
  std::vector<std::string> words;
  words.emplace_back("--gateway");
  addInstalledAt(words, line);
  if (!line.certificate.empty()) words.emplace_back("--has-certificate");
  addAll(words, "--allow-origin", line.origins);
  return words;
}

const char* helpText() { return kHelp; }

const char* versionText() { return "kraitd " KRAIT_VERSION; }

}  // namespace krait::sessions
