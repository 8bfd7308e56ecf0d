#include "proxy/in-page/start-frames.h"

#include <optional>

#include "proxy/utf8.h"

namespace krait {

namespace {

/// Takes the slots in order. A slot of another kind than asked for makes everything after it fail.
class Cursor {
 public:
  explicit Cursor(const ArgumentReader& arguments) : arguments_(arguments) {}

  std::string text() {
    if (const ValueReader* value = next(wire::ValueTag::TEXT)) return utf8(value->text());
    return {};
  }

  std::vector<std::string> texts(size_t count) {
    std::vector<std::string> all;
    while (!isMalformed_ && all.size() < count) all.push_back(text());
    return all;
  }

  /// A number of slots that follow.
  size_t count() {
    const ValueReader* value = next(wire::ValueTag::INT);
    const double number = value ? value->number() : 0;
    if (!(number >= 0 && number <= static_cast<double>(left()))) isMalformed_ = true;
    return isMalformed_ ? 0 : static_cast<size_t>(number);
  }

  size_t left() const { return arguments_.size() - position_; }
  bool isMalformed() const { return isMalformed_; }
  Error error() const {
    return {wire::FailureKind::PROTOCOL,
            "the start frame is malformed before slot " + std::to_string(position_)};
  }

 private:
  const ValueReader* next(wire::ValueTag tag) {
    if (isMalformed_ || left() == 0) {
      isMalformed_ = true;
      return nullptr;
    }
    const ValueReader& value = arguments_.at(position_++);
    isMalformed_ = value.tag() != tag;
    return isMalformed_ ? nullptr : &value;
  }

  const ArgumentReader& arguments_;
  uint32_t position_ = 0;
  bool isMalformed_ = false;
};

void writeText(PyObject* text, ValueWriter* writer) {
  if (writer == nullptr) return;
  if (text == nullptr || !writer->text(TextOf(text).view())) writer->none();
}

void writeInteger(double number, ValueWriter* writer) {
  if (writer != nullptr) writer->integer(number);
}

}  // namespace

Result<InterpreterConfig> startConfigIn(const ArgumentReader& arguments) {
  Cursor cursor(arguments);
  InterpreterConfig config;
  config.executable = cursor.text();
  config.home = cursor.text();
  config.searchPaths = cursor.texts(cursor.count());
  config.args = cursor.texts(cursor.left());
  if (cursor.isMalformed()) return cursor.error();
  return config;
}

Result<RefreshConfig> refreshConfigIn(const ArgumentReader& arguments) {
  Cursor cursor(arguments);
  RefreshConfig config;
  config.executable = cursor.text();
  config.workingFolder = cursor.text();
  config.args = cursor.texts(cursor.count());
  while (!cursor.isMalformed() && cursor.left() > 0) {
    std::string name = cursor.text();
    config.environment.emplace_back(std::move(name), cursor.text());
  }
  if (cursor.isMalformed()) return cursor.error();
  return config;
}

void writeFailure(const Failure& failure, ArgumentWriter& reply) {
  writeInteger(static_cast<double>(failure.kind), reply.next());
  writeText(failure.typeName.get(), reply.next());
  writeText(failure.message.get(), reply.next());
  writeInteger(failure.serial, reply.next());
}

void writePlainFailure(const Error& error, int serial, ArgumentWriter& reply) {
  writeInteger(static_cast<double>(error.kind), reply.next());
  if (ValueWriter* typeName = reply.next()) typeName->none();
  ValueWriter* message = reply.next();
  const TextView detail{wire::TextEncoding::UTF8, error.detail.data(),
                        static_cast<uint32_t>(error.detail.size())};
  if (message != nullptr && !message->text(detail)) message->none();
  writeInteger(serial, reply.next());
}

}  // namespace krait
