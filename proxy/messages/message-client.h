#pragma once

#include "proxy/client.h"
#include "proxy/messages/session.h"

namespace krait {

/// Asks JavaScript at the other end of a channel: each question is a Call, and Python waits for its
/// Return.
class MessageClient final : public Client {
 public:
  MessageClient(Session& session, KernelParts& parts) : session_(session), parts_(parts) {}

  /// As `Client::ask`; fails besides as `Session::ask`.
  Result<PyRef> ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                    PyObject* keywords = nullptr, PyRef* stopped = nullptr) override;
  Result<PyRef> deepCopy(PyObject* object, int depth) override;
  void release(Handle handle, uint32_t count) override { session_.link().release(handle, count); }
  Result<void> schedule(PyRef callable, double delayMs) override;

 private:
  Result<PyRef> resultOf(const Returned& returned, PyRef* stopped);
  Error errorOf(const ReturnMessage& message);

  Session& session_;
  KernelParts& parts_;
};

}  // namespace krait
