#include "services/sessions/socket-channel.h"

#include <sys/socket.h>

#include <algorithm>
#include <cmath>

#include "services/sessions/eventually.h"

namespace krait::sessions {

namespace {

/// Longer waits are none that anybody lives to see, and would overflow the clock.
constexpr double kLongestMs = 1e12;

Clock::duration durationOf(double ms) {
  const double clamped = std::isnan(ms) ? 0 : std::clamp(ms, 0.0, kLongestMs);
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double, std::milli>(clamped));
}

}  // namespace

ChannelState SocketChannel::send(std::span<const uint8_t> packet, Lane lane) {
  if (beforeSend_) beforeSend_();
  Packet framed = sessions::framed(packet, lane);
  if (!framed) {
    close();
    return ChannelState::closed;
  }
  {
    const std::lock_guard lock(mutex_);
    if (isClosed_) return ChannelState::closed;
    if (isKeeping_) sent_.add(framed.bytes());
    if (isHeld_ || writeNow(framed)) return ChannelState::open;
    outgoing_.push_back(std::move(framed));
  }
  wakeIo_();
  return ChannelState::open;
}

/// Writes a packet if nothing is in front of it. False when some of it is left, which `framed` then
/// holds. A connection that is broken is the I/O thread's to notice.
bool SocketChannel::writeNow(Packet& framed) {
  if (descriptor_ < 0 || isWriting_ || !outgoing_.empty()) return false;
  const std::span<const uint8_t> bytes = framed.bytes();
  const ssize_t written =
      ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (written == static_cast<ssize_t>(bytes.size())) return true;
  if (written <= 0) return false;
  framed = Packet::copyOf(bytes.subspan(static_cast<size_t>(written)));
  if (!framed) isClosed_ = true;  // no memory for the rest: the client cannot go on from here
  return false;
}

void SocketChannel::sendLast(std::span<const uint8_t> framed) {
  // Whoever has it may be the one that the signal has met; the other thread is soon done.
  std::unique_lock lock(mutex_, std::defer_lock);
  const bool isOurs = eventually([&] {
    if (lock.try_lock() && !isWriting_) return true;
    if (lock.owns_lock()) lock.unlock();
    return false;
  });
  if (!isOurs || descriptor_ < 0) return;
  const auto send = [&](std::span<const uint8_t> bytes) {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  };
  const bool isGood =
      std::ranges::all_of(outgoing_, [&](const Packet& packet) { return send(packet.bytes()); });
  if (!isGood || !send(framed)) descriptor_ = -1;  // what follows would not be understood
  outgoing_.clear();
}

void SocketChannel::afterFork(bool isChild) {
  if (isChild) {
    isClosed_ = true;
    descriptor_ = -1;
    beforeSend_ = nullptr;
    outgoing_.clear();
    incoming_.clear();
  }
  mutex_.unlock();
}

void SocketChannel::writeDirectly(int descriptor) {
  const std::lock_guard lock(mutex_);
  descriptor_ = descriptor;
}

void SocketChannel::enqueue(Packet framed) {
  const std::lock_guard lock(mutex_);
  if (isKeeping_) sent_.add(framed.bytes());
  if (!isHeld_) outgoing_.push_back(std::move(framed));
}

void SocketChannel::enqueueUncounted(Packet framed) {
  const std::lock_guard lock(mutex_);
  if (!isHeld_) outgoing_.push_back(std::move(framed));
}

void SocketChannel::keepSent(bool isWanted) {
  const std::lock_guard lock(mutex_);
  isKeeping_ = isWanted;
}

void SocketChannel::acknowledge(uint64_t count) {
  const std::lock_guard lock(mutex_);
  sent_.acknowledge(count);
}

void SocketChannel::hold() {
  const std::lock_guard lock(mutex_);
  isHeld_ = true;
  descriptor_ = -1;
  outgoing_.clear();
}

bool SocketChannel::resume(uint64_t count) {
  const std::lock_guard lock(mutex_);
  auto missed = sent_.since(count);
  if (!missed) return false;
  sent_.acknowledge(count);
  isHeld_ = false;
  isWriting_ = true;
  outgoing_ = *std::move(missed);
  return true;
}

ChannelState SocketChannel::receive(Packet& packet, double timeoutMs) {
  std::unique_lock lock(mutex_);
  const auto isDone = [&] { return !incoming_.empty() || isClosed_ || isInterrupted_; };
  if (timeoutMs < 0) {
    changed_.wait(lock, isDone);
  } else {
    changed_.wait_for(lock, durationOf(timeoutMs), isDone);
  }
  isInterrupted_ = false;
  if (!incoming_.empty()) {
    packet = std::move(incoming_.front());
    incoming_.pop_front();
    return ChannelState::open;
  }
  return isClosed_ ? ChannelState::closed : ChannelState::open;
}

bool SocketChannel::poll(Packet& packet) {
  const std::lock_guard lock(mutex_);
  if (incoming_.empty()) return false;
  packet = std::move(incoming_.front());
  incoming_.pop_front();
  return true;
}

void SocketChannel::schedule(Handle callable, double delayMs) {
  {
    const std::lock_guard lock(mutex_);
    timers_.push_back({Clock::now() + durationOf(delayMs), timersSet_++, callable});
    std::ranges::push_heap(timers_, std::greater<>());
  }
  // Another thread of Python's may have asked, while this one waits.
  changed_.notify_all();
}

void SocketChannel::close() {
  {
    const std::lock_guard lock(mutex_);
    isClosed_ = true;
  }
  changed_.notify_all();
  wakeIo_();
}

SocketChannel::Work SocketChannel::wait() {
  std::unique_lock lock(mutex_);
  for (;;) {
    isInterrupted_ = false;
    if (!incoming_.empty()) {
      Work work{std::move(incoming_.front()), std::nullopt};
      incoming_.pop_front();
      return work;
    }
    if (isClosed_) return {};
    if (timers_.empty()) {
      changed_.wait(lock);
    } else if (timers_.front().due <= Clock::now()) {
      std::ranges::pop_heap(timers_, std::greater<>());
      const Handle callable = timers_.back().callable;
      timers_.pop_back();
      return {Packet(), callable};
    } else {
      changed_.wait_until(lock, timers_.front().due);
    }
  }
}

bool SocketChannel::isBusy() {
  const std::lock_guard lock(mutex_);
  return !timers_.empty();
}

void SocketChannel::deliver(Packet packet) {
  {
    const std::lock_guard lock(mutex_);
    if (isClosed_) return;
    incoming_.push_back(std::move(packet));
  }
  changed_.notify_all();
}

void SocketChannel::interrupt() {
  {
    const std::lock_guard lock(mutex_);
    isInterrupted_ = true;
  }
  changed_.notify_all();
}

void SocketChannel::drop() {
  {
    const std::lock_guard lock(mutex_);
    isClosed_ = true;
    descriptor_ = -1;
    outgoing_.clear();
  }
  changed_.notify_all();
}

bool SocketChannel::takeOutgoing(std::vector<Packet>& packets) {
  const std::lock_guard lock(mutex_);
  packets.swap(outgoing_);
  outgoing_.clear();
  isWriting_ = isWriting_ || !packets.empty();
  return isClosed_;
}

void SocketChannel::allWritten() {
  const std::lock_guard lock(mutex_);
  isWriting_ = false;
}

}  // namespace krait::sessions
