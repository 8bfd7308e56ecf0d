#include "services/sessions/sandbox.h"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace krait::sessions {

namespace {

constexpr const char* kHome = "/home/pyodide";

/// Of the host's system: what programs and Python need to run. Read only.
constexpr const char* kSystem[] = {
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/localtime",
    "/etc/ssl",
    "/etc/mime.types",
    "/etc/ld.so.cache",
    "/etc/alternatives",
};
/// Of the host's system: what finds names on the network. Read only.
constexpr const char* kNames[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
                                  "/etc/services"};

/// The environment of a session, whatever the server's is.
constexpr const char* kVariables[][2] = {
    {"HOME", kHome},         {"PWD", kHome},      {"USER", "web_user"},
    {"LOGNAME", "web_user"}, {"LANG", "C.UTF-8"}, {"PATH", "/usr/bin:/bin"},
};

}  // namespace

std::vector<std::string> sandboxCommand(std::vector<std::string> bwrap, const Grants& grants) {
  std::vector<std::string> command = std::move(bwrap);
  const auto add = [&](std::initializer_list<std::string> words) {
    command.insert(command.end(), words);
  };
  add({"--unshare-all", "--die-with-parent", "--new-session"});
  if (grants.hasNetwork) add({"--share-net"});
  for (const char* path : kSystem) add({"--ro-bind-try", path, path});
  if (grants.hasNetwork) {
    for (const char* path : kNames) add({"--ro-bind-try", path, path});
  }
  add({"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/home"});
  add({"--tmpfs", "/mnt", "--tmpfs", "/opt", "--dir", kHome});
  for (const std::string& path : grants.readable) add({"--ro-bind", path, path});
  for (const std::string& path : grants.writable) add({"--bind", path, path});
  add({"--chdir", kHome, "--clearenv"});
  for (const auto& [name, value] : kVariables) add({"--setenv", name, value});
  add({"--"});
  return command;
}

std::string findProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    folder += "/";
    folder += name;
    if (access(folder.c_str(), X_OK) == 0) return folder;
  }
  return "";
}

}  // namespace krait::sessions
