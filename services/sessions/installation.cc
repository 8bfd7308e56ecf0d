#include "services/sessions/installation.h"

#include <unistd.h>

#include <array>
#include <climits>

#include "services/sessions/sandbox.h"

namespace krait::sessions {

namespace {

std::string ownPath() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<size_t>(length)) : "";
}

}  // namespace

std::vector<std::string> Installation::program() const {
  if (folder_.empty()) return {ownPath()};
  return loaded("kraitd");
}

std::vector<std::string> Installation::bubblewrap() const {
  const std::string system = findProgram("bwrap");
  if (!system.empty()) return {system};
  if (folder_.empty() || access(within("libexec/bwrap").c_str(), X_OK) != 0) return {};
  return loaded("bwrap");
}

std::string Installation::readable() const { return folder_.empty() ? ownPath() : folder_; }

/// A program of the archive, by the loader of the archive.
std::vector<std::string> Installation::loaded(const char* program) const {
  return {within("lib/ld-linux-x86-64.so.2"), "--library-path", libraries(),
          within("libexec/") + program};
}

}  // namespace krait::sessions
