#include "services/sessions/kernel-process.h"

#include <Python.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "kernel/interpreter.h"
#include "proxy/krait-module.h"
#include "proxy/messages/message-client.h"
#include "services/sessions/handover.h"
#include "services/sessions/io-thread.h"

namespace krait::sessions {

namespace {

constexpr int kFailed = 1;
constexpr size_t kSecretBytes = 32;
constexpr std::chrono::seconds kGrace(5);

/// Makes PYTHONPATH of the folders, in front of what it holds.
void prependSearchPaths(const std::vector<std::string>& paths) {
  std::string joined;
  for (const std::string& path : paths) joined += path + ":";
  if (const char* before = std::getenv("PYTHONPATH")) joined += before;
  if (joined.ends_with(':')) joined.pop_back();
  if (!joined.empty()) setenv("PYTHONPATH", joined.c_str(), 1);
}

/// The program that is this Python without krait, for processes that Python starts: of the
/// installation, or the system's. A name that is no file where there is neither.
std::string pythonProgram(const std::string& home) {
  const std::string version =
      std::to_string(PY_MAJOR_VERSION) + "." + std::to_string(PY_MINOR_VERSION);
  const std::string path = (home.empty() ? "/usr" : home) + "/bin/python" + version;
  return access(path.c_str(), X_OK) == 0 ? path : "krait";
}

void fillRandomly(std::span<uint8_t> bytes) {
  std::random_device device;
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(device());
}

/// The client of this process: empty when there will be none, since the server is gone or the
/// client had a session elsewhere, with which it now is.
std::optional<HandedOver> awaitClient(int control, const SessionName& name) {
  tell(control, {.kind = News::Kind::name, .session = name});
  const auto client = takeClient(control, true);
  if (!client) return std::nullopt;
  const auto wanted = client->mayReturn ? wantedSession(client->descriptor) : std::nullopt;
  if (wanted) {
    tell(control, {.kind = News::Kind::elsewhere, .session = *wanted}, client->descriptor);
    if (isPassedOn(control)) return std::nullopt;
  }
  tell(control, {.kind = News::Kind::begun, .session = name});
  return client;
}

/// The client is gone. Python has been interrupted; a program that goes on is not waited for.
void endSoon() {
  std::thread([] {
    std::this_thread::sleep_for(kGrace);
    _exit(kFailed);
  }).detach();
}

/// Runs what comes until the link ends.
void serve(Session& session, SocketChannel& channel) {
  while (!session.link().isClosed()) {
    session.link().tellBusy();
    PyThreadState* const state = PyEval_SaveThread();
    SocketChannel::Work work = channel.wait();
    PyEval_RestoreThread(state);
    if (work.packet) {
      session.receive(std::move(work.packet));
    } else if (work.callable) {
      session.runScheduled(*work.callable);
    } else {
      return;
    }
  }
}

}  // namespace

int runKernel(const KernelOptions& options) {
  // For processes that Python starts it is none of their business.
  fcntl(options.control, F_SETFD, FD_CLOEXEC);
  prependSearchPaths(options.searchPaths);
  PyImport_AppendInittab("_krait", initializeKraitModule);
  const Limits limits;
  SessionName name{};
  fillRandomly(name);
  std::vector<uint8_t> secret(options.graceSeconds > 0 ? kSecretBytes : 0);
  fillRandomly(secret);
  const std::chrono::seconds grace(options.graceSeconds);
  const auto graceMs = std::chrono::duration_cast<std::chrono::milliseconds>(grace);
  IoThread io(limits);
  // Python's objects need them to the very end, when the interpreter has stopped.
  auto& parts = *new KernelParts;
  auto& session = *new Session(parts, io.channel(),
                               {.limits = limits,
                                .session = {name.begin(), name.end()},
                                .python = Py_GetVersion(),
                                .token = options.token});
  auto& client = *new MessageClient(session, parts);
  parts.objects.connect(client, parts.lastError);
  static const SystemCallWaker waker;  // as long as the I/O thread

  // Before there is a client: that is what it does not have to wait for then.
  Interpreter interpreter;
  InterpreterConfig config;
  config.executable = pythonProgram(options.home);
  config.home = options.home;
  config.imports.emplace_back("_pyodide._remote_host");
  auto started = interpreter.start(config);
  const auto handedOver = awaitClient(options.control, name);
  if (!handedOver) return 0;
  Endpoint endpoint{.descriptor = handedOver->descriptor};
  if (handedOver->mayReturn && options.graceSeconds > 0) {
    endpoint = {.descriptor = handedOver->descriptor,
                .control = options.control,
                .session = name,
                .secret = secret,
                .grace = graceMs};
    session.link().offerResumption(secret, static_cast<uint32_t>(graceMs.count()));
  }
  io.endIdle(std::chrono::seconds(options.maxIdleSeconds));
  io.start(endpoint, session.running(), waker, endSoon);
  if (!started) {
    const Error error = started.error();
    std::fprintf(stderr, "kraitd: Python does not start: %s\n", error.detail.c_str());
    session.link().end(wire::Reason::FATAL, error);
    return kFailed;
  }
  io.captureOutput();
  serve(session, io.channel());
  session.link().ended("the session is over");
  return 0;
}

}  // namespace krait::sessions
