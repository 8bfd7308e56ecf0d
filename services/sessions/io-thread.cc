#include "services/sessions/io-thread.h"

#include <signal.h>
#include <uv.h>

#include <array>

#include "proxy/messages/decode.h"
#include "proxy/messages/link.h"
#include "proxy/messages/outgoing-frame.h"
#include "services/sessions/output-pipes.h"

namespace krait::sessions {

namespace {

/// Longer packets are no pings and no signals.
constexpr size_t kMaxUrgentBytes = 256;
/// How long a client may take to say something, in milliseconds.
constexpr uint64_t kGreetingMs = 15000;
/// How long a closed connection may take to write what is left, in milliseconds.
constexpr uint64_t kLingerMs = 2000;
/// An interrupted interpreter may just be about to sleep, so it is woken so many times, that many
/// milliseconds apart.
constexpr int kWakes = 5;
constexpr uint64_t kWakeMs = 10;

/// A packet behind its head.
Packet framed(OutgoingFrame& frame) {
  const Packet packet = frame.finish({});
  // The analyzer does not see that the deleter frees what `ofSize` took.
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
  Packet whole = Packet::ofSize(kHeadBytes + packet.bytes().size());
  if (!packet || !whole) return {};
  writeHead(whole.data(), packet.bytes().size(), Lane::kernel);
  std::memcpy(whole.data() + kHeadBytes, packet.bytes().data(), packet.bytes().size());
  return whole;
}

}  // namespace

/// The libuv loop of the thread, and all that it alone uses but `channel` and `wake`.
class IoThread::Loop {
 public:
  explicit Loop(const Limits& limits)
      : limits_(limits), stream_(size_t{limits.maxFrameBytes} + limits.maxAttachedBytes) {
    uv_loop_init(&loop_);
    uv_async_init(&loop_, &wake_, [](uv_async_t* wake) { of(wake).flush(); });
    uv_timer_init(&loop_, &linger_);
    uv_timer_init(&loop_, &waking_);
    uv_timer_init(&loop_, &greeting_);
    uv_timer_init(&loop_, &idle_);
    hasPipes_ = pipes_.open();
    for (size_t i = 0; i < polls_.size() && hasPipes_; i++) {
      hasPipes_ = uv_poll_init(&loop_, &polls_[i], pipes_.readEnd(i)) == 0;
    }
    for (uv_handle_t* handle : handles()) handle->data = this;
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() { uv_loop_close(&loop_); }

  void connect(const Endpoint& client) {
    ConnectionEvents events{.received = [this](auto bytes) { take(bytes); },
                            .written = [this] { written(); },
                            .lost = [this] { lose(); }};
    connection_ =
        client.isWebSocket
            ? makeWebSocketConnection(loop_, client.descriptor, client.origins, std::move(events))
            : makeStreamConnection(loop_, client.descriptor, std::move(events));
  }

  void run(RunningCalls& running, const SystemCallWaker& waker, std::function<void()> lost) {
    running_ = &running;
    waker_ = &waker;
    lost_ = std::move(lost);
    // Timers count from when the loop last looked at the clock, which was before the client came.
    uv_update_time(&loop_);
    isOpen_ = connection_->begin();
    if (isOpen_) {
      channel.writeDirectly(connection_->descriptor());
      uv_timer_start(&greeting_, [](uv_timer_t* timer) { of(timer).lose(); }, kGreetingMs, 0);
      watchOutput();
      const uint64_t idleMs = idleLimit.count();
      const auto look = [](uv_timer_t* timer) { of(timer).endIfIdle(); };
      if (idleMs > 0) uv_timer_start(&idle_, look, idleMs, idleMs);
    } else {
      channel.drop();
      end();
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
  }

  void captureOutput() {
    if (!hasPipes_) return;
    pipes_.capture();
    channel.beforeEachSend([this] { pipes_.drain(); });
  }

  SocketChannel channel{[this] { uv_async_send(&wake_); }};
  /// How long a client may say nothing while nothing runs; 0 is no limit.
  std::chrono::milliseconds idleLimit{};

 private:
  template <typename HandleType>
  static Loop& of(HandleType* handle) {
    return *static_cast<Loop*>(handle->data);
  }

  std::vector<uv_handle_t*> handles() {
    std::vector<uv_handle_t*> handles{
        reinterpret_cast<uv_handle_t*>(&wake_), reinterpret_cast<uv_handle_t*>(&linger_),
        reinterpret_cast<uv_handle_t*>(&waking_), reinterpret_cast<uv_handle_t*>(&greeting_),
        reinterpret_cast<uv_handle_t*>(&idle_)};
    for (uv_poll_t& poll : polls_) {
      if (hasPipes_) handles.push_back(reinterpret_cast<uv_handle_t*>(&poll));
    }
    return handles;
  }

  void watchOutput() {
    isOutputHeld_ = false;
    for (uv_poll_t& poll : polls_) {
      if (hasPipes_) {
        uv_poll_start(&poll, UV_READABLE, [](uv_poll_t* ready, int, int) { of(ready).drain(); });
      }
    }
  }

  /// What writes output is made to wait for a client that does not read.
  void drain() {
    pipes_.drain();
    flush();
    if (!connection_->isWriting()) return;
    isOutputHeld_ = true;
    for (uv_poll_t& poll : polls_) uv_poll_stop(&poll);
  }

  /// By either thread.
  void sendOutput(int descriptor, std::span<const uint8_t> bytes) {
    OutgoingFrame frame(limits_, false);
    auto output = frame.message().initEvent().initOutput();
    output.setDescriptor(static_cast<uint8_t>(descriptor));
    output.setData({bytes.data(), bytes.size()});
    channel.enqueue(framed(frame));
    uv_async_send(&wake_);
  }

  void take(std::span<const uint8_t> bytes) {
    std::vector<LanePacket> packets;
    const bool isGood = stream_.take(bytes, packets);
    if (!packets.empty()) uv_timer_stop(&greeting_);
    if (!packets.empty() && uv_is_active(reinterpret_cast<uv_handle_t*>(&idle_)) != 0) {
      uv_timer_again(&idle_);
    }
    for (LanePacket& packet : packets) {
      // Services that only TypeScript halves serve have nobody here.
      if (packet.lane == Lane::kernel && !isUrgent(packet.packet)) {
        channel.deliver(std::move(packet.packet));
      }
    }
    if (!isGood) lose();
  }

  /// Pings and signals for what runs are dealt with at once; all else is the interpreter's.
  bool isUrgent(const Packet& packet) {
    if (packet.bytes().size() > kMaxUrgentBytes) return false;
    auto messages = decodePacket(packet.bytes(), limits_);
    if (!messages || messages->size() != 1) return false;
    if (const auto* ping = std::get_if<PingMessage>(&messages->front())) {
      OutgoingFrame frame(limits_, false);
      frame.message().setPong(ping->number);
      write(framed(frame));
      return true;
    }
    const auto* signal = std::get_if<SignalMessage>(&messages->front());
    if (signal == nullptr || signal->kind != wire::Signal::Kind::INTERRUPT) return false;
    // One that was obeyed may come again, when its sender had not heard of that yet.
    const bool isKnown = signal->nonce != 0 && signal->nonce == takenNonce_;
    // One that is meant for nothing that runs may be meant for a call that waits.
    if (!isKnown && !running_->interrupt(*signal)) return false;
    if (!isKnown) {
      channel.interrupt();
      wakeInterpreter();
    }
    if (signal->nonce != 0) {
      takenNonce_ = signal->nonce;
      OutgoingFrame frame(limits_, false);
      frame.message().initEvent().setSignalTaken(signal->nonce);
      write(framed(frame));
    }
    return true;
  }

  void wakeInterpreter() {
    wakes_ = kWakes;
    uv_timer_start(&waking_, [](uv_timer_t* timer) { of(timer).wakeOnce(); }, 0, kWakeMs);
  }

  void wakeOnce() {
    waker_->wake();
    if (--wakes_ == 0) uv_timer_stop(&waking_);
  }

  /// Behind what the interpreter's thread has sent.
  void write(Packet packet) {
    channel.enqueue(std::move(packet));
    flush();
  }

  void written() {
    channel.allWritten();
    if (isClosing_) return end();
    if (isOutputHeld_) watchOutput();
  }

  /// Writes what the interpreter's thread has sent.
  void flush() {
    std::vector<Packet> packets;
    const bool isClosed = channel.takeOutgoing(packets);
    connection_->write(std::move(packets));
    if (!isClosed || isClosing_) return;
    isClosing_ = true;
    if (!connection_->isWriting()) return end();
    uv_timer_start(&linger_, [](uv_timer_t* timer) { of(timer).end(); }, kLingerMs, 0);
  }

  /// Says why, and behaves as if the client had gone.
  void endIfIdle() {
    if (isClosing_ || running_->isAnything()) return;
    uv_timer_stop(&idle_);
    OutgoingFrame frame(limits_, false);
    auto bye = frame.message().initBye();
    bye.setReason(wire::Reason::IDLE);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(idleLimit).count();
    const Error error{wire::FailureKind::DISCONNECTED,
                      "nothing was asked of it for " + std::to_string(seconds) +
                          " s, after which its server ends a session"};
    writeFailure(error, frame, bye.initFailure());
    write(framed(frame));
    isClosing_ = true;
    lost_();
    channel.drop();
    if (!connection_->isWriting()) return end();
    uv_timer_start(&linger_, [](uv_timer_t* timer) { of(timer).end(); }, kLingerMs, 0);
  }

  /// The client is gone, or sends what is no packet.
  void lose() {
    if (isOpen_) {
      running_->interrupt({.number = SIGINT});
      waker_->wake();
      lost_();
    }
    channel.drop();
    end();
  }

  void end() {
    isOpen_ = false;
    connection_->close();
    for (uv_handle_t* handle : handles()) {
      if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
    }
  }

  const Limits limits_;
  RunningCalls* running_ = nullptr;
  const SystemCallWaker* waker_ = nullptr;
  std::function<void()> lost_;
  PacketStream stream_;
  uv_loop_t loop_;
  uv_async_t wake_;
  uv_timer_t linger_;
  uv_timer_t waking_;
  uv_timer_t greeting_;
  uv_timer_t idle_;
  OutputPipes pipes_{[this](int descriptor, auto bytes) { sendOutput(descriptor, bytes); }};
  std::array<uv_poll_t, OutputPipes::kPipes> polls_;
  bool hasPipes_ = false;
  bool isOutputHeld_ = false;  // until what was sent is written
  std::unique_ptr<Connection> connection_;
  int wakes_ = 0;
  uint32_t takenNonce_ = 0;  // of the last signal that was obeyed
  bool isOpen_ = false;
  bool isClosing_ = false;
};

IoThread::IoThread(const Limits& limits) : loop_(std::make_unique<Loop>(limits)) {}

IoThread::~IoThread() {
  channel().close();
  if (thread_.joinable()) thread_.join();
}

void IoThread::captureOutput() { loop_->captureOutput(); }

void IoThread::endIdle(std::chrono::seconds limit) { loop_->idleLimit = limit; }

SocketChannel& IoThread::channel() { return loop_->channel; }

void IoThread::start(const Endpoint& client, RunningCalls& running, const SystemCallWaker& waker,
                     std::function<void()> lost) {
  loop_->connect(client);
  thread_ = std::thread([this, &running, &waker, lost = std::move(lost)]() mutable {
    loop_->run(running, waker, std::move(lost));
  });
}

}  // namespace krait::sessions
