#include "proxy/messages/decode.h"

#include <capnp/any.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <new>
#include <string>

namespace krait {

namespace {

constexpr size_t kTableBytes = 8;
constexpr size_t kWordBytes = sizeof(capnp::word);
/// Words that may be read for each word of the message, and beside that; js/wire allows the same.
constexpr uint64_t kTraversals = 4;
constexpr uint64_t kExtraWords = 1024;

Error protocolError(std::string detail) { return {wire::FailureKind::PROTOCOL, std::move(detail)}; }

Error limitPassed(const char* what, uint64_t limit, uint64_t found) {
  return {wire::FailureKind::LIMIT, std::string(what) + ": " + std::to_string(found) +
                                        ", the limit is " + std::to_string(limit)};
}

/// Thrown and caught in this file only, so that checks may stand beside readers that throw.
struct Refused {
  Error error;
};

std::span<const uint8_t> spanOf(capnp::Data::Reader data) { return {data.begin(), data.size()}; }

/// Takes the messages of one packet out of it.
class Decoder {
 public:
  Decoder(std::span<const uint8_t> packet, const Limits& limits)
      : packet_(packet), limits_(limits) {}

  std::vector<Message> decode() {
    const auto words = segment();
    capnp::ReaderOptions options;
    options.traversalLimitInWords = kTraversals * words.size() + kExtraWords;
    options.nestingLimit = limits_.maxNesting;
    const kj::ArrayPtr<const capnp::word> segments[] = {words};
    capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1), options);
    const auto root = reader.getRoot<capnp::AnyPointer>();
    if (root.isNull()) throw Refused{protocolError("a message has no root")};
    const auto frame = root.getAs<wire::Frame>();
    findAttachments(frame, kTableBytes + words.size() * kWordBytes);

    const auto messages = frame.getMessages();
    if (messages.size() > limits_.maxMessages) {
      throw Refused{limitPassed("messages of a frame", limits_.maxMessages, messages.size())};
    }
    std::vector<Message> decoded;
    decoded.reserve(messages.size());
    for (const auto message : messages) decoded.push_back(messageFrom(message));
    return decoded;
  }

 private:
  kj::ArrayPtr<const capnp::word> segment() {
    if (packet_.size() < kTableBytes + kWordBytes) {
      throw Refused{protocolError("a packet is shorter than the head of a message")};
    }
    uint32_t table[2];
    std::memcpy(table, packet_.data(), sizeof table);
    if (table[0] != 0) throw Refused{protocolError("a message has more than one segment")};
    const uint64_t byteLength = kTableBytes + uint64_t{table[1]} * kWordBytes;
    if (byteLength > limits_.maxFrameBytes) {
      throw Refused{limitPassed("bytes of a frame", limits_.maxFrameBytes, byteLength)};
    }
    if (byteLength > packet_.size() || table[1] == 0) {
      throw Refused{protocolError("a message announces " + std::to_string(byteLength) +
                                  " bytes and has " + std::to_string(packet_.size()))};
    }
    const auto* words = reinterpret_cast<const capnp::word*>(packet_.data() + kTableBytes);
    return {words, table[1]};
  }

  void findAttachments(wire::Frame::Reader frame, uint64_t offset) {
    uint64_t sum = 0;
    for (const uint32_t byteLength : frame.getAttachments()) {
      sum += byteLength;
      if (sum > limits_.maxAttachedBytes) {
        throw Refused{limitPassed("attached bytes of a frame", limits_.maxAttachedBytes, sum)};
      }
      if (offset + byteLength > packet_.size()) {
        throw Refused{protocolError("a packet ends inside its attachments")};
      }
      attachments_.push_back(packet_.subspan(offset, byteLength));
      offset += (uint64_t{byteLength} + kWordBytes - 1) & ~uint64_t{kWordBytes - 1};
    }
  }

  Message messageFrom(wire::Message::Reader message) {
    switch (message.which()) {
      case wire::Message::HELLO:
        return helloFrom(message.getHello());
      case wire::Message::CALL:
        return callFrom(message.getCall());
      case wire::Message::RETURN:
        return returnFrom(message.getReturn());
      case wire::Message::FINISH:
        return FinishMessage{message.getFinish().getCallId(), message.getFinish().getCancel()};
      case wire::Message::RELEASE: {
        ReleaseMessage release;
        release.items.reserve(message.getRelease().size());
        for (const auto item : message.getRelease()) {
          release.items.push_back({{item.getIndex(), item.getGeneration()}, item.getCount()});
        }
        return release;
      }
      case wire::Message::SIGNAL:
        return signalFrom(message.getSignal());
      case wire::Message::PING:
        return PingMessage{message.getPing()};
      case wire::Message::BYE:
        return ByeMessage{message.getBye().getReason(),
                          valueFrom(message.getBye().getFailure().getMessage())};
      case wire::Message::WELCOME:
        return IllegalMessage{};
      case wire::Message::STREAM:
      case wire::Message::EVENT:
      case wire::Message::PONG:
      case wire::Message::UNIMPLEMENTED:
        return IgnoredMessage{};
    }
    return UnknownMessage{static_cast<uint16_t>(message.which())};
  }

  HelloMessage helloFrom(wire::Hello::Reader hello) {
    std::optional<ResumeRequest> resume;
    if (hello.hasResume()) {
      const auto wanted = hello.getResume();
      resume = {spanOf(wanted.getSession()), spanOf(wanted.getSecret()), wanted.getReceived()};
    }
    return {.isKrait = hello.getMagic() == wire::PROTOCOL_MAGIC,
            .major = hello.getVersion().getMajor(),
            .minor = hello.getVersion().getMinor(),
            .minMajor = hello.getMinMajor(),
            .features = hello.getFeatures(),
            .limits = limitsFrom(hello.getLimits()),
            .token = spanOf(hello.getToken()),
            .resume = resume};
  }

  CallMessage callFrom(wire::Call::Reader call) {
    CallMessage decoded{.id = call.getId(),
                        .chain = call.getChain(),
                        .depth = call.getDepth(),
                        .op = call.getOp(),
                        .flags = call.getFlags(),
                        .keywordCount = call.getKeywordCount(),
                        .deadlineMs = call.getDeadlineMs()};
    switch (call.which()) {
      case wire::Call::OBJECT:
        decoded.object = {call.getObject().getIndex(), call.getObject().getGeneration()};
        break;
      case wire::Call::ANSWER:
        decoded.targetKind = CallMessage::Target::answer;
        decoded.answer = call.getAnswer();
        break;
      default:
        decoded.targetKind = CallMessage::Target::service;
    }
    for (const auto name : call.getPath()) decoded.path.emplace_back(name.begin(), name.size());
    const auto arguments = call.getArguments();
    if (arguments.size() > limits_.maxArguments) {
      throw Refused{limitPassed("arguments of a call", limits_.maxArguments, arguments.size())};
    }
    decoded.arguments.reserve(arguments.size());
    for (const auto value : arguments) decoded.arguments.push_back(valueFrom(value));
    return decoded;
  }

  ReturnMessage returnFrom(wire::Return::Reader answer) {
    ReturnMessage decoded{.callId = answer.getCallId()};
    switch (answer.which()) {
      case wire::Return::VALUE:
        decoded.value = valueFrom(answer.getValue());
        break;
      case wire::Return::STOPPED:
        decoded.status = wire::Status::STOPPED;
        decoded.value = valueFrom(answer.getStopped());
        break;
      case wire::Return::FAILURE:
        decoded.status = wire::Status::FAILED;
        failureFrom(answer.getFailure(), decoded);
        break;
      default:
        decoded.status = wire::Status::FAILED;
    }
    return decoded;
  }

  void failureFrom(wire::Failure::Reader failure, ReturnMessage& decoded) {
    if (failure.getKind() <= wire::FailureKind::FATAL) decoded.kind = failure.getKind();
    decoded.message = valueFrom(failure.getMessage());
    decoded.thrown = valueFrom(failure.getThrown());
    decoded.serial = failure.getSerial();
  }

  SignalMessage signalFrom(wire::Signal::Reader signal) {
    SignalMessage decoded{
        .kind = signal.getKind(), .number = signal.getNumber(), .nonce = signal.getNonce()};
    if (signal.isCall()) {
      decoded.scope = SignalMessage::Scope::call;
      decoded.id = signal.getCall();
    } else if (signal.isChain()) {
      decoded.scope = SignalMessage::Scope::chain;
      decoded.id = signal.getChain();
    }
    return decoded;
  }

  MessageValue valueFrom(wire::Value::Reader value) {
    switch (value.which()) {
      case wire::Value::NONE:
      case wire::Value::JS_NULL:
      case wire::Value::UNDEFINED:
      case wire::Value::ABSENT:
        return {.tag = static_cast<wire::ValueTag>(value.which())};
      case wire::Value::BOOL:
        return {.tag = wire::ValueTag::BOOL, .boolean = value.getBool()};
      case wire::Value::INT:
        return {.tag = wire::ValueTag::INT, .number = value.getInt()};
      case wire::Value::FLOAT:
        return {.tag = wire::ValueTag::FLOAT, .number = value.getFloat()};
      case wire::Value::BIG_INT:
        return {.tag = wire::ValueTag::BIG_INT, .bytes = spanOf(value.getBigInt())};
      case wire::Value::TEXT:
        return textFrom(value.getText().getEncoding(), spanOf(value.getText().getBytes()));
      case wire::Value::BLOB:
        return bytesFrom(wire::ValueTag::BLOB, spanOf(value.getBlob()));
      case wire::Value::GRAPH:
        return bytesFrom(wire::ValueTag::GRAPH, spanOf(value.getGraph()));
      case wire::Value::ATTACHED_BLOB:
        return bytesFrom(wire::ValueTag::BLOB, attachment(value.getAttachedBlob()));
      case wire::Value::ATTACHED_GRAPH:
        return bytesFrom(wire::ValueTag::GRAPH, attachment(value.getAttachedGraph()));
      case wire::Value::ATTACHED_TEXT:
        return textFrom(value.getAttachedText().getAttachedEncoding(),
                        attachment(value.getAttachedText().getAttachment()));
      case wire::Value::YOURS:
        return {.tag = wire::ValueTag::YOURS,
                .handle = {value.getYours().getIndex(), value.getYours().getGeneration()}};
      case wire::Value::MINE:
        return {.tag = wire::ValueTag::MINE,
                .handle = {value.getMine().getIndex(), value.getMine().getGeneration()},
                .typeFlags = value.getMine().getFlags()};
      case wire::Value::ANSWER:
        return {.tag = MessageValue::kAnswer, .handle = {value.getAnswer(), 0}};
      case wire::Value::SHARED_BLOB:
        break;  // the feature is not in force
    }
    return {.tag = MessageValue::kMalformed};
  }

  static MessageValue bytesFrom(wire::ValueTag tag, std::span<const uint8_t> bytes) {
    return {.tag = tag, .bytes = bytes};
  }

  static MessageValue textFrom(wire::TextEncoding encoding, std::span<const uint8_t> bytes) {
    const bool isKnown = encoding <= wire::TextEncoding::UTF16;
    const bool isWhole = encoding != wire::TextEncoding::UTF16 || bytes.size() % 2 == 0;
    if (!isKnown || !isWhole) return {.tag = MessageValue::kMalformed};
    return {.tag = wire::ValueTag::TEXT, .encoding = encoding, .bytes = bytes};
  }

  std::span<const uint8_t> attachment(uint32_t position) const {
    if (position >= attachments_.size()) {
      throw Refused{protocolError("a value names an attachment that its frame does not have")};
    }
    return attachments_[position];
  }

  std::span<const uint8_t> packet_;
  const Limits& limits_;
  std::vector<std::span<const uint8_t>> attachments_;
};

}  // namespace

Result<std::vector<Message>> decodePacket(std::span<const uint8_t> packet, const Limits& limits) {
  try {
    return Decoder(packet, limits).decode();
  } catch (Refused& refused) {
    return std::move(refused.error);
  } catch (const kj::Exception& exception) {
    return protocolError(std::string("a malformed message: ") + exception.getDescription().cStr());
  } catch (const std::bad_alloc&) {
    return Error{wire::FailureKind::LIMIT, "there is no memory for a message"};
  }
}

}  // namespace krait
