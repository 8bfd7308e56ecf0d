#include "proxy/messages/link.h"

#include <algorithm>

#include "kernel/conversion.h"
#include "proxy/messages/secrets.h"

namespace krait {

namespace {

/// What this side has of the features.
constexpr uint32_t kFeatures = 1u << static_cast<uint32_t>(wire::Feature::PIPELINING) |
                               1u << static_cast<uint32_t>(wire::Feature::ATTACHMENTS);
constexpr uint32_t kResumption = 1u << static_cast<uint32_t>(wire::Feature::RESUMPTION);

TextView viewOf(const std::string& text) {
  return {wire::TextEncoding::UTF8, text.data(), static_cast<uint32_t>(text.size())};
}

void writeText(PyObject* text, OutgoingFrame& frame, wire::Value::Builder value) {
  MessageValueWriter writer(frame);
  writer.stand(value);
  if (text == nullptr || !writer.text(TextOf(text).view())) writer.none();
}

std::string versionText(uint16_t major, uint16_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

void Link::greet(const HelloMessage& hello) {
  if (!hello.isKrait || state_ != State::fresh) {
    end(wire::Reason::PROTOCOL_ERROR, {wire::FailureKind::PROTOCOL, "this is no greeting"});
    return;
  }
  if (hello.major < wire::PROTOCOL_MAJOR || hello.minMajor > wire::PROTOCOL_MAJOR) {
    end(wire::Reason::PROTOCOL_ERROR,
        {wire::FailureKind::PROTOCOL, "the client speaks version " +
                                          versionText(hello.major, hello.minor) +
                                          " of the protocol, the kernel version " +
                                          versionText(wire::PROTOCOL_MAJOR, wire::PROTOCOL_MINOR)});
    return;
  }
  if (!admits(hello)) {
    end(wire::Reason::AUTH,
        {wire::FailureKind::PERMISSION, "the token is not the one that admits clients"});
    return;
  }
  peer_ = hello.limits;
  const bool isResumable = !options_.resumeSecret.empty();
  const uint32_t features = hello.features & (kFeatures | (isResumable ? kResumption : 0));
  if ((features >> static_cast<uint32_t>(wire::Feature::ATTACHMENTS) & 1) == 0) {
    peer_.maxInlineBytes = peer_.maxFrameBytes;
  }
  state_ = State::open;

  OutgoingFrame frame(peer_, false);
  auto welcome = frame.message().initWelcome();
  auto version = welcome.initVersion();
  version.setMajor(wire::PROTOCOL_MAJOR);
  version.setMinor(std::min<uint16_t>(hello.minor, wire::PROTOCOL_MINOR));
  welcome.setFeatures(features);
  writeLimits(options_.limits, welcome.initLimits());
  welcome.setSession(kj::arrayPtr(options_.session.data(), options_.session.size()));
  welcome.setEpoch(options_.epoch);
  if ((features & kResumption) != 0) {
    const auto& secret = options_.resumeSecret;
    welcome.setResumeSecret(kj::arrayPtr(secret.data(), secret.size()));
    welcome.setResumeGraceMs(options_.resumeGraceMs);
  }
  welcome.setPython(options_.python.c_str());
  auto services = welcome.initServices(static_cast<unsigned>(options_.services.size()));
  for (unsigned i = 0; i < services.size(); i++) {
    const ServiceEntry& entry = options_.services[i];
    services[i].setId(entry.id);
    services[i].setName(entry.name.c_str());
    services[i].initVersion().setMajor(entry.major);
    services[i].getVersion().setMinor(entry.minor);
  }
  send(frame);
}

bool Link::admits(const HelloMessage& hello) const {
  return !options_.token || isSameSecret(hello.token, *options_.token);
}

void Link::send(OutgoingFrame& frame) {
  if (state_ == State::closed) return;
  const Packet packet = frame.finish(releases_);
  if (frame.hasReleases()) releases_.clear();
  if (!packet) {
    ended("there was no memory for a message");
    channel_.close();
  } else if (channel_.send(packet.bytes(), Lane::kernel) == ChannelState::closed) {
    ended("the channel is closed");
  }
}

void Link::release(Handle handle, uint32_t count) {
  if (state_ == State::closed) return;
  if (!releases_.empty() && releases_.back().handle == handle &&
      releases_.back().count <= UINT32_MAX - count) {
    releases_.back().count += count;
  } else {
    releases_.push_back({handle, count});
  }
}

void Link::flush() {
  if (releases_.empty() || state_ != State::open) return;
  // The place in front is not needed: the releases are the one message.
  OutgoingFrame frame(peer_, false);
  auto list = frame.message().initRelease(static_cast<unsigned>(releases_.size()));
  for (unsigned i = 0; i < list.size(); i++) {
    list[i].setIndex(releases_[i].handle.index);
    list[i].setGeneration(releases_[i].handle.generation);
    list[i].setCount(releases_[i].count);
  }
  releases_.clear();
  send(frame);
}

void Link::sendPong(uint32_t number) {
  OutgoingFrame frame(peer_, false);
  frame.message().setPong(number);
  send(frame);
}

void Link::sendUnimplemented(uint16_t tag) {
  OutgoingFrame frame(peer_, false);
  frame.message().initUnimplemented().setTag(tag);
  send(frame);
}

void Link::sendSignalTaken(uint32_t nonce) {
  OutgoingFrame frame(peer_, false);
  frame.message().initEvent().setSignalTaken(nonce);
  send(frame);
}

void Link::tellBusy() {
  const bool isBusy = channel().isBusy();
  if (isBusy == isToldBusy_) return;
  isToldBusy_ = isBusy;
  OutgoingFrame frame(peer_, false);
  frame.message().initEvent().setBusy(isBusy);
  send(frame);
}

void Link::end(wire::Reason reason, const Error& error) {
  if (state_ == State::closed) return;
  OutgoingFrame frame(peer_, false);
  auto bye = frame.message().initBye();
  bye.setReason(reason);
  writeFailure(error, frame, bye.initFailure());
  send(frame);
  ended(error.detail);
  channel_.close();
}

void Link::ended(std::string reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  closeReason_ = std::move(reason);
  releases_.clear();
}

void writeFailure(const Failure& failure, OutgoingFrame& frame, wire::Failure::Builder builder) {
  builder.setKind(failure.kind);
  writeText(failure.typeName.get(), frame, builder.initTypeName());
  writeText(failure.message.get(), frame, builder.initMessage());
  builder.setSerial(failure.serial);
}

void writeFailure(const Error& error, OutgoingFrame& frame, wire::Failure::Builder builder) {
  builder.setKind(error.kind);
  MessageValueWriter writer(frame);
  writer.stand(builder.initMessage());
  if (!writer.text(viewOf(error.detail))) writer.none();
}

}  // namespace krait
