#include "services/sessions/sandbox.h"

#include <doctest/doctest.h>

#include <algorithm>

using krait::sessions::findProgram;
using krait::sessions::Grants;
using krait::sessions::sandboxCommand;

namespace {

/// Whether the words stand in the command one behind the other.
bool has(const std::vector<std::string>& command, const std::vector<std::string>& words) {
  return std::ranges::search(command, words).begin() != command.end();
}

}  // namespace

TEST_CASE("a kernel is closed off unless it is granted more") {
  const auto command = sandboxCommand({"/usr/bin/bwrap"}, {});
  CHECK(command.front() == "/usr/bin/bwrap");
  CHECK(command.back() == "--");
  CHECK(has(command, {"--unshare-all"}));
  CHECK(has(command, {"--die-with-parent"}));
  CHECK(has(command, {"--clearenv"}));
  CHECK(has(command, {"--tmpfs", "/tmp"}));
  CHECK_FALSE(has(command, {"--share-net"}));
  CHECK_FALSE(has(command, {"--bind"}));
  CHECK_FALSE(has(command, {"/etc/resolv.conf"}));
}

TEST_CASE("what is granted is there, at its own place") {
  const Grants grants{.hasNetwork = true, .readable = {"/data"}, .writable = {"/work"}};
  const auto command = sandboxCommand({"bwrap"}, grants);
  CHECK(has(command, {"--share-net"}));
  CHECK(has(command, {"--ro-bind", "/data", "/data"}));
  CHECK(has(command, {"--bind", "/work", "/work"}));
  CHECK(has(command, {"--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"}));
}

TEST_CASE("programs are found on the path") {
  CHECK(findProgram("sh").ends_with("/sh"));
  CHECK(findProgram("no-such-program-anywhere").empty());
}
