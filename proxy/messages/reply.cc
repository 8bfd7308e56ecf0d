#include "proxy/messages/reply.h"

namespace krait {

void Reply::begin() {
  if (objects_ != nullptr) objects_->releaseRetired();
  failure_ = {};  // lies in the frame
  writer_.reset();
  frame_ = std::make_unique<OutgoingFrame>(link_.peerLimits(), link_.hasReleases());
  writer_ = std::make_unique<MessageValueWriter>(*frame_);
  return_ = frame_->message().initReturn();
  return_.setCallId(call_.id);
}

ValueWriter* Reply::next() {
  switch (written_++) {
    case kResult:
      begin();
      writer_->stand(return_.initValue());
      break;
    case kTypeName:
      // The place of the result held the kind of the failure; it serves once more, for the serial.
      kind_ = return_.getValue().getInt();
      failure_ = frame_->orphanage().newOrphan<wire::Failure>();
      writer_->stand(failure_.get().initTypeName());
      break;
    case kMessage:
      writer_->stand(failure_.get().initMessage());
      break;
    case kSerial:
      writer_->stand(return_.getValue());
      break;
    default:
      return nullptr;
  }
  return writer_.get();
}

void Reply::finish(wire::Status status) {
  if (status == wire::Status::STOPPED) {
    return_.adoptStopped(return_.disownValue());
  } else if (status == wire::Status::FAILED) {
    hasFailed_ = true;
    auto failure = failure_.get();
    failure.setKind(static_cast<wire::FailureKind>(kind_));
    failure.setSerial(static_cast<uint32_t>(return_.getValue().getInt()));
    return_.adoptFailure(kj::mv(failure_));
  }
}

void Reply::fail(const Failure& failure) {
  begin();
  hasFailed_ = true;
  writeFailure(failure, *frame_, return_.initFailure());
}

void Reply::fail(wire::Failure::Reader failure) {
  begin();
  hasFailed_ = true;
  return_.setFailure(failure);
}

void Reply::send() {
  if (!call_.has(wire::CallFlag::ONEWAY)) return link_.send(*frame_);
  if (!hasFailed_) return;
  OutgoingFrame frame = link_.frame();
  frame.message().initEvent().setUnhandled(return_.getFailure().asReader());
  link_.send(frame);
}

}  // namespace krait
