#include "kernel/interpreter.h"

#include <algorithm>

#include "kernel/python-error.h"
#include "kernel/refresh.h"

namespace krait {

namespace {

/// A program's name and arguments as `main` gets them.
class CommandLine {
 public:
  explicit CommandLine(const InterpreterConfig& config) {
    texts_.push_back(config.executable.empty() ? "python" : config.executable);
    texts_.insert(texts_.end(), config.args.begin(), config.args.end());
    for (auto& text : texts_) pointers_.push_back(text.data());
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Py_ssize_t count() const { return static_cast<Py_ssize_t>(pointers_.size()); }
  char** pointers() { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

/// A PyConfig that is cleared whatever happens; the first failing step is kept.
class Config {
 public:
  explicit Config(bool isolated) {
    PyConfig_InitPythonConfig(&config_);
    if (isolated) {
      config_.isolated = 1;
      config_.use_environment = 0;
      config_.user_site_directory = 0;
    }
    config_.parse_argv = 1;
    config_.install_signal_handlers = 1;
    config_.pathconfig_warnings = 0;
  }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  ~Config() { PyConfig_Clear(&config_); }

  PyConfig& operator*() { return config_; }
  PyStatus status() const { return status_; }

  void setText(wchar_t* PyConfig::* member, const std::string& value) {
    if (value.empty() || PyStatus_Exception(status_)) return;
    status_ = PyConfig_SetBytesString(&config_, &(config_.*member), value.c_str());
  }

  void setArgs(CommandLine& line) {
    if (PyStatus_Exception(status_)) return;
    status_ = PyConfig_SetBytesArgv(&config_, line.count(), line.pointers());
  }

  void setSearchPaths(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    config_.module_search_paths_set = 1;
    for (const auto& path : paths) {
      if (path.empty()) continue;  // `site` would make it absolute: see addWorkingFolder
      wchar_t* decoded = Py_DecodeLocale(path.c_str(), nullptr);
      if (decoded == nullptr) {
        status_ = PyStatus_Error("a search path cannot be decoded");
      } else if (!PyStatus_Exception(status_)) {
        status_ = PyWideStringList_Append(&config_.module_search_paths, decoded);
      }
      PyMem_RawFree(decoded);
    }
  }

 private:
  PyConfig config_;
  PyStatus status_ = PyStatus_Ok();
};

PyStatus preinitialize(bool isolated, CommandLine& line) {
  PyPreConfig config;
  PyPreConfig_InitPythonConfig(&config);
  if (isolated) {
    config.isolated = 1;
    config.use_environment = 0;
  }
  config.parse_argv = 1;
  config.utf8_mode = 1;
  config.coerce_c_locale = 0;
  return Py_PreInitializeFromBytesArgs(&config, line.count(), line.pointers());
}

/// Puts the entry that stands for the working folder first on `sys.path` (JS-loadPyodide.5), as
/// `python` does once `site` has run, and like it not under `-I` or `-P`.
Result<void> addWorkingFolder() {
  PyObject* path = PySys_GetObject("path");
  PyObject* flags = PySys_GetObject("flags");
  if (path == nullptr || flags == nullptr) return Error{wire::FailureKind::FATAL, "no sys.path"};
  PyRef isSafe = PyRef::steal(PyObject_GetAttrString(flags, "safe_path"));
  if (!isSafe) return takePythonError();
  if (PyObject_IsTrue(isSafe.get()) != 0) return {};
  PyRef empty = PyRef::steal(PyUnicode_FromStringAndSize(nullptr, 0));
  if (!empty || PyList_Insert(path, 0, empty.get()) < 0) return takePythonError();
  return {};
}

std::string detailOf(const PyStatus& status) {
  std::string detail = status.func != nullptr ? std::string(status.func) + ": " : std::string();
  return detail + (status.err_msg != nullptr ? status.err_msg : "CPython did not say why");
}

}  // namespace

Interpreter::~Interpreter() {
  if (isRunning_) Py_FinalizeEx();
}

Result<void> Interpreter::start(const InterpreterConfig& config) {
  if (Py_IsInitialized()) return Error{wire::FailureKind::UNSUPPORTED, "CPython runs already"};
  auto initialized = initialize(config);
  if (!initialized) return initialized.error();
  isRunning_ = true;
  if (std::ranges::count(config.searchPaths, std::string()) > 0) {
    auto added = addWorkingFolder();
    if (!added) return added.error();
  }
  for (const auto& module : config.imports) {
    PyRef imported = PyRef::steal(PyImport_ImportModule(module.c_str()));
    if (!imported) return takePythonError();
  }
  return {};
}

Result<void> Interpreter::initialize(const InterpreterConfig& config) {
  CommandLine line(config);
  PyStatus status = preinitialize(config.isolated, line);
  if (!PyStatus_Exception(status)) {
    Config settings(config.isolated);
    settings.setArgs(line);
    settings.setText(&PyConfig::home, config.home);
    settings.setText(&PyConfig::executable, config.executable);
    settings.setSearchPaths(config.searchPaths);
    status = settings.status();
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&*settings);
  }
  if (PyStatus_IsExit(status)) {
    exitStatus_ = status.exitcode;
    return Error{wire::FailureKind::CANCELED,
                 "Python exited with status " + std::to_string(status.exitcode)};
  }
  if (PyStatus_IsError(status)) return Error{wire::FailureKind::FATAL, detailOf(status)};
  return {};
}

Result<void> Interpreter::refresh(const RefreshConfig& config) {
  if (!isRunning_) return Error{wire::FailureKind::UNSUPPORTED, "CPython does not run"};
  auto environment = replaceEnvironment(config.environment);
  if (!environment) return environment.error();
  auto program = setProgram(config.executable, config.args);
  if (!program) return program.error();
  auto random = renewRandomState();
  if (!random) return random.error();
  auto timeZone = renewTimeZone();
  if (!timeZone) return timeZone.error();
  return enterFolder(config.workingFolder);
}

}  // namespace krait
