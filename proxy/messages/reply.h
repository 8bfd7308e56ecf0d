#pragma once

#include <memory>

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/messages/answers.h"
#include "proxy/messages/link.h"

namespace krait {

/// Takes what the dispatcher answers to one call, and makes its Return of it. The frame is begun
/// with the first value, when the call has run: what it released rides in front.
class Reply final : public ArgumentWriter {
 public:
  /// `objects`: whose retired methods ride along, when Python is left for the client; else null.
  Reply(Link& link, const CallMessage& call, JsObjects* objects)
      : link_(link), call_(call), objects_(objects) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  // Cap'n Proto's destructors may throw; these have nothing to throw about.
  ~Reply() noexcept override = default;

  /// The result; of a failure kind, type name, message and serial (Dispatcher::dispatch).
  ValueWriter* next() override;
  /// To be called once, when the values of `status` are written.
  void finish(wire::Status status);
  /// In place of values.
  void fail(const Failure& failure);
  void fail(wire::Failure::Reader failure);

  bool hasFailed() const { return hasFailed_; }
  /// The failure as an answer that later calls may name.
  Answer failedAnswer() { return Answer::failed(return_.getFailure().asReader()); }
  /// Sends the return. Of a call that wants none only a failure is told.
  void send();

 private:
  enum Slot { kResult, kTypeName, kMessage, kSerial, kSlots };

  void begin();

  Link& link_;
  const CallMessage& call_;
  JsObjects* const objects_;
  std::unique_ptr<OutgoingFrame> frame_;
  std::unique_ptr<MessageValueWriter> writer_;
  wire::Return::Builder return_ = nullptr;
  capnp::Orphan<wire::Failure> failure_;
  double kind_ = 0;
  int written_ = 0;
  bool hasFailed_ = false;
};

}  // namespace krait
