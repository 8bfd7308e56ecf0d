#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"

namespace krait {

/// How CPython is started. Paths are of the file system that Python sees.
struct InterpreterConfig {
  std::vector<std::string>
      args;  // interpreter options and `sys.argv`, as `python ARGS` (JS-opt-args)
  std::vector<std::string>
      searchPaths;   // `sys.path`; none: CPython finds its own (native); "" is the working folder
  std::string home;  // `sys.prefix`; empty: CPython finds its own
  std::string executable;  // `sys.executable`; empty: CPython finds its own
  bool isolated = false;   // ignore the environment and the user's site folder
  std::vector<std::string> imports = {"_pyodide", "pyodide"};  // the Python half of the API
};

/// What is fresh on every start, cold or from a snapshot (design section 7).
struct RefreshConfig {
  std::vector<std::string> args;                                 // `sys.argv`; empty: as started
  std::vector<std::pair<std::string, std::string>> environment;  // replaces `os.environ`
  std::string executable;                                        // empty: as started
  std::string workingFolder;  // created when missing, entered; empty: as started
};

/// Owns CPython: started at most once a process (or wasm instance), stopped by the destructor. The
/// thread that starts it holds the GIL from then on.
class Interpreter {
 public:
  Interpreter() = default;
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter();

  /// Starts CPython and imports the Python half of the API. Fails with `canceled` when the
  /// arguments end Python at once
  /// (`--version`), see `exitStatus`; with `fatal` when it cannot start (the detail is CPython's);
  /// with the Python error of an import, after which it runs. Text is UTF-8 whatever the
  /// environment says.
  Result<void> start(const InterpreterConfig& config);
  /// Brings what must be fresh up to date: environment, argv, random state, time zone, working
  /// folder. `sys.path` stays as started. Fails with the Python error of a step (an invalid name in
  /// the environment, an unusable folder).
  Result<void> refresh(const RefreshConfig& config);
  /// The status that Python asked to exit with, when `start` failed for that reason.
  std::optional<int> exitStatus() const { return exitStatus_; }
  bool isRunning() const { return isRunning_; }

 private:
  Result<void> initialize(const InterpreterConfig& config);

  bool isRunning_ = false;
  std::optional<int> exitStatus_;
};

}  // namespace krait
