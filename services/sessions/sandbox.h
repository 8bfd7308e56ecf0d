#pragma once

#include <string>
#include <vector>

namespace krait::sessions {

/// What kernel processes may reach of their host, besides the system's programs and libraries,
/// which they can read.
struct Grants {
  bool hasNetwork = false;
  std::vector<std::string> readable;  // files and folders
  std::vector<std::string> writable;
};

/// The command that closes the program behind it off from the host (bubblewrap): no network, no
/// files of the host but those granted, no other processes, nothing to gain privileges by; `/tmp`
/// and the home folder are the session's own and end with it.
/// @param bwrap what starts that program
std::vector<std::string> sandboxCommand(std::vector<std::string> bwrap, const Grants& grants);

/// The path of a program in `PATH`; empty when there is none.
std::string findProgram(const std::string& name);

}  // namespace krait::sessions
