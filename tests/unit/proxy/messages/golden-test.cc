// The packets of tests/golden/: what TypeScript writes is read here, what is written here
// TypeScript reads.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "proxy/messages/decode.h"
#include "tests/unit/proxy/support/test-link.h"

using krait::CallMessage;
using krait::Message;
using krait::MessageValue;
using krait::MessageValueReader;
using krait::MessageValueWriter;
using krait::OutgoingFrame;
using krait::Packet;
using krait::SignalMessage;
using krait::TextView;
using krait::test::Recorded;
using krait::test::TestLink;

namespace wire = krait::wire;

namespace {

std::string folder() { return KRAIT_TEST_GOLDEN; }

std::string pathOf(const std::string& name) { return folder() + "/" + name + ".bin"; }

std::vector<uint8_t> read(const std::string& name) {
  std::ifstream file(pathOf(name), std::ios::binary);
  REQUIRE_MESSAGE(file, name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The one message of a packet of the client. The packet must outlive it.
Message messageIn(const Packet& packet) {
  auto messages = krait::decodePacket(packet.bytes(), {});
  REQUIRE(messages);
  REQUIRE(messages->size() == 1);
  return std::move((*messages)[0]);
}

template <typename T>
T only(const std::string& name) {
  static std::vector<Packet> kept;
  kept.push_back(Packet::copyOf(read("client/" + name)));
  const Message message = messageIn(kept.back());
  REQUIRE_MESSAGE(std::holds_alternative<T>(message), name);
  return std::get<T>(message);
}

std::string textOf(const MessageValue& value) { return {value.bytes.begin(), value.bytes.end()}; }

/// Compares the packet with the golden one, or writes that anew.
void check(const std::string& name, const Packet& packet) {
  const std::vector<uint8_t> bytes(packet.bytes().begin(), packet.bytes().end());
  const char* mode = std::getenv("KRAIT_GOLDEN");
  if (mode != nullptr && std::string(mode) == "write") {
    std::ofstream file(pathOf("kernel/" + name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  CHECK_MESSAGE(read("kernel/" + name) == bytes, name);
}

TextView utf8(std::string_view text) {
  return {wire::TextEncoding::UTF8, text.data(), static_cast<uint32_t>(text.size())};
}

void writeFailure(OutgoingFrame& frame, wire::Failure::Builder failure) {
  failure.setKind(wire::FailureKind::PYTHON);
  MessageValueWriter writer(frame);
  writer.stand(failure.initTypeName());
  REQUIRE(writer.text(utf8("ValueError")));
  writer.stand(failure.initMessage());
  REQUIRE(writer.text(utf8("Traceback …")));
  failure.setSerial(5);
}

}  // namespace

TEST_CASE("proxy/messages/golden: what clients send is read") {
  const auto hello = only<krait::HelloMessage>("hello");
  CHECK(hello.isKrait);
  CHECK(hello.minor == 2);
  CHECK(hello.limits.maxFrameBytes == 1);
  CHECK(hello.limits.maxCallBytes == 13);
  CHECK(hello.token.size() == 3);

  const auto call = only<CallMessage>("call-object");
  CHECK(call.id == 7);
  CHECK(call.chain == 1);
  CHECK(call.depth == 2);
  CHECK(call.op == wire::Op::CALL);
  CHECK(call.deadlineMs == 250);
  CHECK(call.object == krait::Handle{3, 9});
  CHECK(call.path == std::vector<std::string_view>{"a", "é"});
  REQUIRE(call.arguments.size() == 1);
  CHECK(call.arguments[0].number == 1);

  CHECK(only<krait::ReturnMessage>("return-value").value.number == 5);
  CHECK(only<krait::ReturnMessage>("return-stopped").status == wire::Status::STOPPED);
  const auto failed = only<krait::ReturnMessage>("return-failure");
  CHECK(failed.status == wire::Status::FAILED);
  CHECK(failed.kind == wire::FailureKind::JAVASCRIPT);
  CHECK(failed.message.encoding == wire::TextEncoding::UTF16);
  CHECK(failed.message.bytes.size() == 2 * std::u16string_view(u"Traceback …").size());
  CHECK(failed.serial == 4);

  CHECK(only<krait::FinishMessage>("finish").isCancelled);
  CHECK(only<krait::ReleaseMessage>("release").items[1].count == 6);
  CHECK(only<krait::PingMessage>("ping").number == 1);
  CHECK(only<krait::ByeMessage>("bye").reason == wire::Reason::PROTOCOL_ERROR);
  CHECK(only<SignalMessage>("signal-all").kind == wire::Signal::Kind::INTERRUPT);
  CHECK(only<SignalMessage>("signal-call").id == 5);
  CHECK(only<SignalMessage>("signal-chain").scope == SignalMessage::Scope::chain);
  for (const char* name : {"stream-chunk", "event-log", "pong", "unimplemented"}) {
    only<krait::IgnoredMessage>(name);
  }
  only<krait::IllegalMessage>("welcome");
}

TEST_CASE("proxy/messages/golden: values of all kinds are read") {
  const auto call = only<CallMessage>("values");
  const auto& values = call.arguments;

  REQUIRE(values.size() == 26);
  CHECK(values[3].boolean);
  CHECK(values[5].number == -9007199254740991.0);
  CHECK(values[8].bytes.size() == 9);
  CHECK(values[10].encoding == wire::TextEncoding::LATIN1);
  CHECK(textOf(values[10]) == "plain");
  CHECK(values[11].encoding == wire::TextEncoding::UTF16);
  CHECK(values[12].encoding == wire::TextEncoding::UTF8);
  CHECK(values[12].bytes.size() == 500);
  CHECK(values[15].bytes.size() == 300);
  CHECK(values[17].handle == krait::Handle{0xffffffff, 0x80000000});
  CHECK(values[18].typeFlags == 0xf0000001);
  CHECK(values[20].tag == wire::ValueTag::ABSENT);
  CHECK(values[21].tag == MessageValue::kAnswer);
  CHECK(values[22].tag == wire::ValueTag::BLOB);
  CHECK(values[22].bytes.size() == 8);
  CHECK(values[23].tag == wire::ValueTag::GRAPH);
  CHECK(values[24].tag == MessageValue::kMalformed);  // shared memory is not in force
  CHECK(values[25].encoding == wire::TextEncoding::UTF16);
}

TEST_CASE("proxy/messages/golden: hostile packets are refused") {
  int refused = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder() + "/hostile")) {
    const std::string name = file.path().stem();
    const Packet packet = Packet::copyOf(read("hostile/" + name));
    auto messages = krait::decodePacket(packet.bytes(), {.maxFrameBytes = 1 << 16});
    // What caused a failure is of no concern to a kernel, so that it does not follow causes. The
    // library reads a list of bytes as structs that have one each.
    const bool isIgnored = name.starts_with("failures") || name == "messages-as-a-list-of-bytes";
    CHECK_MESSAGE(static_cast<bool>(messages) == isIgnored, name);
    if (!messages) refused++;
  }
  CHECK(refused > 10);
}

TEST_CASE("proxy/messages/golden: limits of packets are limits") {
  const auto kindOf = [](krait::Limits limits) {
    const Packet packet = Packet::copyOf(read("client/values"));
    auto messages = krait::decodePacket(packet.bytes(), limits);
    REQUIRE_FALSE(messages);
    return messages.error().kind;
  };
  CHECK(kindOf({.maxFrameBytes = 64}) == wire::FailureKind::LIMIT);
  CHECK(kindOf({.maxAttachedBytes = 15}) == wire::FailureKind::LIMIT);
  CHECK(kindOf({.maxArguments = 25}) == wire::FailureKind::LIMIT);
  CHECK(kindOf({.maxNesting = 2}) == wire::FailureKind::PROTOCOL);
  const std::vector<uint8_t> whole = read("client/values");
  for (size_t length = 0; length < whole.size(); length += 8) {
    const Packet part = Packet::copyOf(std::span(whole).first(length));
    CHECK_FALSE(krait::decodePacket(part.bytes(), {}));
  }
}

TEST_CASE("proxy/messages/golden: a kernel writes as ever") {
  const krait::Limits limits{.maxInlineBytes = 16};
  const auto simple = [&](const char* name, const auto& write) {
    OutgoingFrame frame(limits, false);
    write(frame, frame.message());
    check(name, frame.finish({}));
  };
  simple("return-value", [](OutgoingFrame& frame, wire::Message::Builder message) {
    message.initReturn().setCallId(4);
    MessageValueWriter writer(frame);
    writer.stand(message.getReturn().initValue());
    REQUIRE(writer.text(utf8("ümläut")));
  });
  simple("return-stopped", [](OutgoingFrame&, wire::Message::Builder message) {
    message.initReturn().setCallId(4);
    message.getReturn().initStopped().setNone();
  });
  simple("return-failure", [](OutgoingFrame& frame, wire::Message::Builder message) {
    message.initReturn().setCallId(4);
    writeFailure(frame, message.getReturn().initFailure());
  });
  simple("finish", [](OutgoingFrame&, wire::Message::Builder message) {
    message.initFinish().setCallId(4);
    message.getFinish().setCancel(true);
  });
  simple("pong", [](OutgoingFrame&, wire::Message::Builder message) { message.setPong(4); });
  simple("unimplemented", [](OutgoingFrame&, wire::Message::Builder message) {
    message.initUnimplemented().setTag(44);
  });
  simple("event-signalTaken", [](OutgoingFrame&, wire::Message::Builder message) {
    message.initEvent().setSignalTaken(4);
  });
  simple("event-busy",
         [](OutgoingFrame&, wire::Message::Builder message) { message.initEvent().setBusy(true); });
  simple("event-output", [](OutgoingFrame&, wire::Message::Builder message) {
    auto output = message.initEvent().initOutput();
    output.setDescriptor(2);
    const std::string_view written = "written in C\n";
    output.setData({reinterpret_cast<const uint8_t*>(written.data()), written.size()});
  });
  simple("event-unhandled", [](OutgoingFrame& frame, wire::Message::Builder message) {
    writeFailure(frame, message.initEvent().initUnhandled());
  });
  simple("bye", [](OutgoingFrame& frame, wire::Message::Builder message) {
    message.initBye().setReason(wire::Reason::PROTOCOL_ERROR);
    krait::writeFailure(krait::Error{wire::FailureKind::PROTOCOL, "no"}, frame,
                        message.getBye().initFailure());
  });
}

TEST_CASE("proxy/messages/golden: a kernel writes values and releases as ever") {
  const krait::Limits limits{.maxInlineBytes = 16};
  OutgoingFrame frame(limits, true);
  auto call = frame.message().initCall();
  call.setId(1);
  call.setChain(3);
  call.setDepth(1);
  call.setOp(wire::Op::CALL);
  call.setKeywordCount(1);
  call.initObject().setIndex(6);
  call.getObject().setGeneration(7);
  auto values = call.initArguments(15);
  MessageValueWriter writer(frame);
  unsigned at = 0;
  const auto next = [&]() -> MessageValueWriter& {
    writer.stand(values[at++]);
    return writer;
  };
  const std::vector<uint8_t> longBytes(20, 9);
  const std::string longText(20, 'x');
  next().none();
  next().jsNull();
  next().boolean(true);
  next().integer(-7);
  next().number(0.5);
  CHECK(next().bigInt(std::vector<uint8_t>{1, 2, 255}));
  CHECK(next().text(utf8("ümläut")));
  CHECK(next().blob(std::vector<uint8_t>{1, 2}));
  CHECK(next().graph(std::vector<uint8_t>{0, 0, 0, 0}));
  next().yours({1, 2});
  next().mine({3, 4}, 5);
  CHECK(next().text({wire::TextEncoding::LATIN1, longText.data(), 20}));
  CHECK(next().blob(longBytes));
  CHECK(next().graph(longBytes));
  const char16_t units[] = u"lone \xd800";
  CHECK(next().text({wire::TextEncoding::UTF16, units, 12}));

  const krait::ReleaseMessage::Item released[] = {{{8, 9}, 2}};
  check("call", frame.finish(released));
}

TEST_CASE("proxy/messages/golden: a kernel welcomes as ever") {
  krait::SessionOptions options;
  options.session = {1, 2, 3};
  options.epoch = 4;
  options.python = "3.13";
  options.services = {{.id = 1, .name = "fs", .major = 1, .minor = 2}};
  TestLink link(false, std::move(options));
  link.write([](OutgoingFrame& frame) {
    auto hello = frame.message().initHello();
    hello.setMagic(wire::PROTOCOL_MAGIC);
    hello.initVersion().setMajor(1);
    hello.setMinMajor(1);
    hello.setFeatures(0xff);
  });
  link.deliver();

  REQUIRE(link.channel.fromKernel.size() == 1);
  check("welcome", link.channel.fromKernel.front());
}
