#include "services/sessions/kernel-process.h"

#include <Python.h>
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
constexpr size_t kSessionBytes = 16;
constexpr std::chrono::seconds kGrace(5);

/// Makes PYTHONPATH of the folders, in front of what it holds.
void prependSearchPaths(const std::vector<std::string>& paths) {
  std::string joined;
  for (const std::string& path : paths) joined += path + ":";
  if (const char* before = std::getenv("PYTHONPATH")) joined += before;
  if (joined.ends_with(':')) joined.pop_back();
  if (!joined.empty()) setenv("PYTHONPATH", joined.c_str(), 1);
}

std::vector<uint8_t> randomBytes(size_t count) {
  std::random_device device;
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(device());
  return bytes;
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
  prependSearchPaths(options.searchPaths);
  PyImport_AppendInittab("_krait", initializeKraitModule);
  const Limits limits;
  IoThread io(limits);
  // Python's objects need them to the very end, when the interpreter has stopped.
  auto& parts = *new KernelParts;
  auto& session = *new Session(parts, io.channel(),
                               {.limits = limits,
                                .session = randomBytes(kSessionBytes),
                                .python = Py_GetVersion(),
                                .token = options.token});
  auto& client = *new MessageClient(session, parts);
  parts.objects.connect(client, parts.lastError);
  static const SystemCallWaker waker;  // as long as the I/O thread

  // Before there is a client: that is what it does not have to wait for then.
  Interpreter interpreter;
  InterpreterConfig config;
  config.executable = "krait";
  config.imports.emplace_back("_pyodide._remote_host");
  auto started = interpreter.start(config);
  const auto handedOver = awaitClient(options.control);
  close(options.control);
  if (!handedOver) return 0;
  const Endpoint endpoint{.descriptor = handedOver->descriptor,
                          .isWebSocket = handedOver->isWebSocket,
                          .origins = options.origins};
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
