#include "proxy/messages/message-client.h"

#include "kernel/graph.h"
#include "proxy/client-values.h"

namespace krait {

namespace {

/// Passes values on to a carrier and remembers what they introduce, so that it can be taken back.
class Introductions final : public ArgumentWriter, private ValueWriter {
 public:
  explicit Introductions(ArgumentWriter& carrier) : carrier_(carrier) {}

  ValueWriter* next() override {
    value_ = carrier_.next();
    return value_ != nullptr ? this : nullptr;
  }
  void takeBack(Dispatcher& dispatcher) {
    for (const Handle handle : handles_) dispatcher.release(handle, 1);
  }

 private:
  void none() override { value_->none(); }
  void jsNull() override { value_->jsNull(); }
  void boolean(bool value) override { value_->boolean(value); }
  void integer(double safeInteger) override { value_->integer(safeInteger); }
  void number(double value) override { value_->number(value); }
  bool bigInt(std::span<const uint8_t> bytes) override { return value_->bigInt(bytes); }
  bool text(TextView value) override { return value_->text(value); }
  bool blob(std::span<const uint8_t> bytes) override { return value_->blob(bytes); }
  bool graph(std::span<const uint8_t> records) override { return value_->graph(records); }
  void yours(Handle handle) override { value_->yours(handle); }
  void mine(Handle handle, uint32_t typeFlags) override {
    handles_.push_back(handle);
    value_->mine(handle, typeFlags);
  }

  ArgumentWriter& carrier_;
  ValueWriter* value_ = nullptr;
  std::vector<Handle> handles_;
};

Error tooLong(size_t byteLength) {
  return {wire::FailureKind::LIMIT,
          "a copy of " + std::to_string(byteLength) + " bytes is more than JavaScript takes"};
}

}  // namespace

Result<PyRef> MessageClient::ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                                 PyObject* keywords, PyRef* stopped) {
  const size_t keywordCount = keywords ? static_cast<size_t>(PyDict_GET_SIZE(keywords)) : 0;
  const size_t count = arguments.size() + 2 * keywordCount;
  const Limits& limits = session_.link().peerLimits();
  if (keywordCount > UINT16_MAX || count > limits.maxArguments) {
    return Error{wire::FailureKind::LIMIT, "a call of JavaScript has " +
                                               std::to_string(arguments.size() + keywordCount) +
                                               " arguments"};
  }
  auto returned = session_.ask(op, target, static_cast<uint16_t>(keywordCount),
                               static_cast<uint32_t>(count), [&](ArgumentWriter& carrier) {
                                 Introductions values(carrier);
                                 auto written =
                                     writeCallValues(arguments, keywords, [&](PyObject* object) {
                                       return parts_.conversion.write(object, *values.next());
                                     });
                                 if (!written) values.takeBack(parts_.dispatcher);
                                 return written;
                               });
  if (!returned) return returned.error();
  return resultOf(*returned, stopped);
}

Result<PyRef> MessageClient::deepCopy(PyObject* object, int depth) {
  std::vector<PyRef> alive;
  auto records = writeGraph(object, depth, parts_.conversion, &alive);
  if (!records) return records.error();
  bool isWritten = false;
  auto returned =
      session_.ask(wire::Op::FROM_GRAPH, {}, 0, 1, [&](ArgumentWriter& carrier) -> Result<void> {
        isWritten = carrier.next()->graph(*records);
        return isWritten ? Result<void>() : tooLong(records->size());
      });
  if (!isWritten) withdrawGraph(*records, parts_.conversion);
  if (!returned) return returned.error();
  return resultOf(*returned, nullptr);
}

Result<void> MessageClient::schedule(PyRef callable, double delayMs) {
  auto handle = parts_.table.insert(std::move(callable));
  if (!handle) return handle.error();
  session_.link().channel().schedule(*handle, delayMs);
  return {};
}

Result<PyRef> MessageClient::resultOf(const Returned& returned, PyRef* stopped) {
  const ReturnMessage& message = *returned.message;
  if (message.status == wire::Status::FAILED) return errorOf(message);
  return clientResult(message.status, MessageValueReader(message.value), parts_.conversion,
                      stopped);
}

Error MessageClient::errorOf(const ReturnMessage& message) {
  // A failure of the other side itself has a text for people, and nothing that was thrown.
  const bool isThrown = message.thrown.tag != wire::ValueTag::NONE;
  const bool hasText = message.message.tag == wire::ValueTag::TEXT;
  const MessageValueReader thrown(isThrown || !hasText ? message.thrown : message.message);
  return clientError(message.kind, thrown, message.serial, parts_.conversion, parts_.lastError);
}

}  // namespace krait
