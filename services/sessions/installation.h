#pragma once

#include <string>
#include <vector>

namespace krait::sessions {

/// The folder of an archive of the server (tools/releasing/server_archive.py), which brings its
/// libraries, the dynamic loader and CPython, so that it runs wherever the kernel of Linux does.
/// Without one, all that is the system's.
class Installation {
 public:
  explicit Installation(std::string folder) : folder_(std::move(folder)) {}

  /// What starts this program.
  std::vector<std::string> program() const;
  /// What starts bubblewrap: the system's, which may be allowed what another is not, or the
  /// archive's. Empty when there is neither.
  std::vector<std::string> bubblewrap() const;
  /// What the program has to read, besides the system's programs and libraries.
  std::string readable() const;
  /// CPython's `sys.prefix`; empty: its own.
  std::string pythonHome() const { return within("python"); }
  /// The Python half of the API; empty: it is named by --python-path.
  std::string pythonPath() const { return within("krait"); }
  std::string libraries() const { return within("lib"); }

 private:
  std::string within(const char* name) const { return folder_.empty() ? "" : folder_ + "/" + name; }
  std::vector<std::string> loaded(const char* program) const;

  const std::string folder_;
};

}  // namespace krait::sessions
