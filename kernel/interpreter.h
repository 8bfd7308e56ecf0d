#pragma once

#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace krait {

/// How CPython is started. Paths are of the file system that Python sees.
struct InterpreterConfig {
  std::vector<std::string> args;         // `sys.argv` and interpreter options, as `python ARGS` (JS-opt-args)
  std::vector<std::string> searchPaths;  // `sys.path`; empty: CPython finds its own (native)
  std::string home;                      // `sys.prefix`
  std::string executable;                // `sys.executable`
  bool isolated = false;                 // ignore the environment and the user's site folder
};

/// What is fresh on every start, cold or from a snapshot (design section 7).
struct RefreshConfig {
  std::vector<std::string> args;                                 // `sys.argv`
  std::vector<std::pair<std::string, std::string>> environment;  // replaces `os.environ`
  std::string executable;
  std::string workingFolder;  // created when missing, entered
};

/// Owns CPython: started at most once a process (or wasm instance), stopped by the destructor. The thread that
/// starts it holds the GIL from then on.
class Interpreter {
 public:
  Interpreter() = default;
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter();

  /// Starts CPython and imports the Python half of the API. Fails with `exited` detail and the status when the
  /// arguments end Python at once (`--version`), see `exitStatus`.
  Result<void> start(const InterpreterConfig& config);
  /// Brings what must be fresh up to date: environment, argv, random state, time zone, working folder.
  Result<void> refresh(const RefreshConfig& config);
  /// The status that Python asked to exit with, when `start` failed for that reason.
  std::optional<int> exitStatus() const { return exitStatus_; }
  bool isRunning() const { return isRunning_; }

 private:
  bool isRunning_ = false;
  std::optional<int> exitStatus_;
};

}  // namespace krait
