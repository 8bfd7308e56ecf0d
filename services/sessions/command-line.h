#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/sessions/address.h"
#include "services/sessions/process-limits.h"
#include "services/sessions/sandbox.h"
#include "services/sessions/token.h"

namespace krait::sessions {

/// What `kraitd` was asked to do.
struct CommandLine {
  std::vector<Address> addresses;
  std::string certificate;  // files in PEM; empty: none
  std::string key;
  bool hasCertificate = false;  // of a gateway, which is handed it
  bool hasToken = false;
  Token token;
  std::string installedAt;  // the folder of an archive that has all that the program needs
  std::vector<std::string> pythonPath;
  std::vector<std::string> origins;  // of pages that may connect
  bool isClosedOff = true;
  Grants grants;
  ProcessLimits limits;
  uint64_t maxSeconds = 0;
  uint64_t maxIdleSeconds = 0;
  uint64_t graceSeconds = 30;
  std::optional<Address> metrics;
  size_t maxSessions = 64;
  size_t warmKernels = 1;
};

enum class Parsed { server, kernel, gateway, help, version, wrong };

/// Reads the words of a command line. What is wrong with them is said on standard error.
Parsed parse(int count, char** words, CommandLine& line);
/// What a kernel process is started with, so that it reads of its part of the same line.
std::vector<std::string> kernelArguments(const CommandLine& line);
/// The same for the gateway.
std::vector<std::string> gatewayArguments(const CommandLine& line);
const char* helpText();
const char* versionText();

}  // namespace krait::sessions
