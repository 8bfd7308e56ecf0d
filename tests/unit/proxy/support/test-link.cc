#include "tests/unit/proxy/support/test-link.h"

#include <capnp/serialize.h>
#include <doctest/doctest.h>

#include "proxy/messages/decode.h"

namespace krait::test {

namespace {

constexpr uint32_t kGeneration = 7;

std::vector<Recorded> recordedAll(const std::vector<MessageValue>& values) {
  std::vector<Recorded> all;
  all.reserve(values.size());
  for (const MessageValue& value : values) all.push_back(recorded(MessageValueReader(value)));
  return all;
}

/// `play` has no writer method for what only JavaScript sends.
void playInto(const Recorded& value, wire::Value::Builder builder, OutgoingFrame& frame) {
  MessageValueWriter writer(frame);
  writer.stand(builder);
  if (value.tag == MessageValue::kAnswer) {
    builder.setAnswer(value.handle.index);
  } else if (value.tag == wire::ValueTag::ABSENT) {
    builder.setAbsent();
  } else if (value.tag == wire::ValueTag::UNDEFINED) {
    builder.setUndefined();
  } else {
    REQUIRE(play(value, writer));
  }
}

}  // namespace

ChannelState TestChannel::send(std::span<const uint8_t> packet, Lane) {
  if (isClosed) return ChannelState::closed;
  fromKernel.push_back(Packet::copyOf(packet));
  return ChannelState::open;
}

ChannelState TestChannel::receive(Packet& packet, double timeoutMs) {
  if (!canWait) return ChannelState::noWait;
  if (toKernel.empty() && !isClosed && whenWaiting) {
    PyGILState_STATE const state = PyGILState_Ensure();
    whenWaiting(timeoutMs);
    PyGILState_Release(state);
  }
  if (isClosed) return ChannelState::closed;
  if (toKernel.empty()) return ChannelState::open;
  packet = std::move(toKernel.front());
  toKernel.pop_front();
  return ChannelState::open;
}

TestLink::TestLink(bool isGreeted, SessionOptions options)
    : session(page.kernel.parts(), channel, std::move(options)),
      client(session, page.kernel.parts()) {
  page.kernel.objects().connect(client, page.kernel.lastError());
  on(wire::Op::IDENTITY,
     [](const Asked& asked) { return Recorded::of(static_cast<int>(asked.object)); });
  channel.whenWaiting = [this](double) {
    const auto call = nextAsked();
    REQUIRE_MESSAGE(call, "Python waits and nothing was asked");
    answer(*call);
  };
  if (!isGreeted) return;
  write([](OutgoingFrame& frame) {
    auto hello = frame.message().initHello();
    hello.setMagic(wire::PROTOCOL_MAGIC);
    hello.initVersion().setMajor(wire::PROTOCOL_MAJOR);
    hello.setMinMajor(wire::PROTOCOL_MAJOR);
    hello.setFeatures(3);
  });
  deliver();
  REQUIRE(session.link().isOpen());
  REQUIRE(told() == std::vector<std::string>{"welcome 1.0"});
  told_.clear();
}

TestLink::~TestLink() {
  deliver();
  page.python.run(
      "globals().clear()\n"
      "import gc, sys\n"
      "sys.last_exc = sys.last_value = sys.last_type = sys.last_traceback = None\n"
      "gc.collect()");
  page.kernel.objects().releaseRetired();
  session.link().flush();
  read();
  if (!session.link().isClosed()) {
    for (const auto& [number, count] : held_) {
      CHECK_MESSAGE(count == 0, "Python holds object " << number);
    }
  }
  page.kernel.objects().connect(page.kernel.client(), page.kernel.lastError());
}

Recorded TestLink::object(uint32_t number, uint32_t flags) {
  held_[number]++;
  return Recorded::mine({number, kGeneration}, flags);
}

void TestLink::show(const char* name, uint32_t number, uint32_t flags) {
  auto view = page.kernel.conversion().read(RecordedReader(object(number, flags)));
  REQUIRE(view);
  page.python.set(name, view->get());
}

int TestLink::held(uint32_t number) const {
  const auto found = held_.find(number);
  return found == held_.end() ? 0 : found->second;
}

void TestLink::write(const std::function<void(OutgoingFrame&)>& write) {
  OutgoingFrame frame(limits_, false);
  write(frame);
  channel.toKernel.push_back(frame.finish({}));
}

uint32_t TestLink::writeCall(wire::Op op, Handle target, const std::vector<Recorded>& arguments,
                             const CallOptions& options) {
  const uint32_t id = ++lastCallId_;
  write([&](OutgoingFrame& frame) {
    auto call = frame.message().initCall();
    call.setId(id);
    call.setChain(options.chain);
    call.setDepth(options.depth);
    call.setOp(op);
    call.setFlags(static_cast<uint16_t>(options.flags));
    call.setKeywordCount(options.keywords);
    call.setDeadlineMs(options.deadlineMs);
    if (options.answer) {
      call.setAnswer(*options.answer);
    } else {
      call.initObject().setIndex(target.index);
      call.getObject().setGeneration(target.generation);
    }
    auto path = call.initPath(static_cast<unsigned>(options.path.size()));
    for (unsigned i = 0; i < path.size(); i++) path.set(i, options.path[i].c_str());
    auto values = call.initArguments(static_cast<unsigned>(arguments.size()));
    for (unsigned i = 0; i < values.size(); i++) playInto(arguments[i], values[i], frame);
  });
  return id;
}

void TestLink::writeRelease(Handle handle, uint32_t count) {
  write([&](OutgoingFrame& frame) {
    auto item = frame.message().initRelease(1)[0];
    item.setIndex(handle.index);
    item.setGeneration(handle.generation);
    item.setCount(count);
  });
}

void TestLink::writeFinish(uint32_t callId, bool isCancelled) {
  write([&](OutgoingFrame& frame) {
    frame.message().initFinish().setCallId(callId);
    frame.message().getFinish().setCancel(isCancelled);
  });
}

void TestLink::deliver() {
  while (!channel.toKernel.empty()) {
    Packet packet = std::move(channel.toKernel.front());
    channel.toKernel.pop_front();
    session.receive(std::move(packet));
  }
}

Ended TestLink::call(wire::Op op, Handle target, const std::vector<Recorded>& arguments,
                     const CallOptions& options) {
  const uint32_t id = writeCall(op, target, arguments, options);
  deliver();
  return ended(id);
}

Ended TestLink::ended(uint32_t callId) {
  read();
  REQUIRE_MESSAGE(ended_.contains(callId), "call " << callId << " has no return");
  return ended_[callId];
}

std::optional<CallMessage> TestLink::nextAsked() {
  read();
  if (unanswered_.empty()) return std::nullopt;
  CallMessage call = std::move(unanswered_.front());
  unanswered_.pop_front();
  return call;
}

void TestLink::read() {
  while (!channel.fromKernel.empty()) {
    kept_.push_back(std::move(channel.fromKernel.front()));
    channel.fromKernel.pop_front();
    readPacket(kept_.back());
  }
}

void TestLink::readPacket(const Packet& packet) {
  auto messages = decodePacket(packet.bytes(), limits_);
  REQUIRE(messages);
  for (const Message& message : *messages) {
    if (const auto* call = std::get_if<CallMessage>(&message)) {
      calls_.push_back(*call);
      unanswered_.push_back(*call);
    } else if (const auto* release = std::get_if<ReleaseMessage>(&message)) {
      for (const auto& [handle, count] : release->items) {
        CHECK(handle.generation == kGeneration);
        held_[handle.index] -= static_cast<int>(count);
        CHECK(held_[handle.index] >= 0);
      }
    } else if (const auto* end = std::get_if<ReturnMessage>(&message)) {
      CHECK_FALSE(ended_.contains(end->callId));
      order_.push_back(end->callId);
      if (end->status != wire::Status::FAILED) {
        ended_[end->callId] = {end->status, recordedAll({end->value})};
      }
    }
  }
  tell(packet);
}

/// What is not decoded for a kernel, since only kernels send it.
void TestLink::tell(const Packet& packet) {
  const auto* words = reinterpret_cast<const capnp::word*>(packet.bytes().data());
  capnp::FlatArrayMessageReader reader({words, packet.bytes().size() / sizeof(capnp::word)});
  for (const auto message : reader.getRoot<wire::Frame>().getMessages()) {
    if (message.isWelcome()) {
      const auto version = message.getWelcome().getVersion();
      told_.push_back("welcome " + std::to_string(version.getMajor()) + "." +
                      std::to_string(version.getMinor()));
    } else if (message.isPong()) {
      told_.push_back("pong " + std::to_string(message.getPong()));
    } else if (message.isUnimplemented()) {
      told_.push_back("unimplemented " + std::to_string(message.getUnimplemented().getTag()));
    } else if (message.isFinish()) {
      told_.push_back("finish " + std::to_string(message.getFinish().getCallId()));
    } else if (message.isEvent() && message.getEvent().isSignalTaken()) {
      told_.push_back("taken " + std::to_string(message.getEvent().getSignalTaken()));
    } else if (message.isEvent() && message.getEvent().isUnhandled()) {
      const auto text = message.getEvent().getUnhandled().getMessage().getText().getBytes();
      told_.push_back("unhandled " + std::string(text.begin(), text.end()));
    } else if (message.isBye()) {
      const auto text = message.getBye().getFailure().getMessage().getText().getBytes();
      told_.push_back("bye " + std::to_string(static_cast<int>(message.getBye().getReason())) +
                      " " + std::string(text.begin(), text.end()));
    } else if (message.isReturn() && message.getReturn().isFailure()) {
      const auto failure = message.getReturn().getFailure();
      const auto textOfValue = [](wire::Value::Reader value) {
        if (!value.isText()) return Recorded::none();
        const auto bytes = value.getText().getBytes();
        Recorded text{.tag = wire::ValueTag::TEXT, .encoding = value.getText().getEncoding()};
        text.bytes.assign(bytes.begin(), bytes.end());
        return text;
      };
      ended_[message.getReturn().getCallId()] = {
          wire::Status::FAILED,
          {Recorded::of(static_cast<int>(failure.getKind())), textOfValue(failure.getTypeName()),
           textOfValue(failure.getMessage()), Recorded::of(static_cast<int>(failure.getSerial()))}};
    }
  }
}

void TestLink::writeReturn(uint32_t callId, const Reply& reply) {
  write([&](OutgoingFrame& frame) {
    auto answer = frame.message().initReturn();
    answer.setCallId(callId);
    if (reply.status == wire::Status::FAILED) {
      auto failure = answer.initFailure();
      failure.setKind(static_cast<wire::FailureKind>(reply.slots[0].number));
      playInto(reply.slots[1], failure.initThrown(), frame);
      failure.setSerial(static_cast<uint32_t>(reply.slots[2].number));
    } else if (reply.status == wire::Status::STOPPED) {
      playInto(reply.slots[0], answer.initStopped(), frame);
    } else {
      playInto(reply.slots[0], answer.initValue(), frame);
    }
  });
}

void TestLink::answer(const CallMessage& call) {
  Asked asked{call.op, call.object.index, recordedAll(call.arguments), call.keywordCount};
  asked_.push_back(asked);
  const auto serve = serves_.find(call.op);
  const bool isKnown = serve != serves_.end();
  CHECK_MESSAGE(isKnown, "no answer to op " << static_cast<int>(call.op));
  const Reply reply =
      isKnown ? serve->second(asked) : Reply::failed(wire::FailureKind::UNSUPPORTED);
  if (channel.isClosed) return;
  writeReturn(call.id, reply);
  for (const Recorded& value : asked.values) {
    if (value.tag == wire::ValueTag::MINE && !page.keepsArguments) {
      writeRelease(value.handle, 1);
    }
  }
}

}  // namespace krait::test
