#include "services/sessions/io-thread.h"

#include <pthread.h>
#include <signal.h>
#include <uv.h>

#include <array>

#include "proxy/messages/decode.h"
#include "proxy/messages/link.h"
#include "proxy/messages/outgoing-frame.h"
#include "proxy/messages/secrets.h"
#include "services/sessions/last-words.h"
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

/// The client is told of what has come after so many packets, or so many bytes.
constexpr uint64_t kPacketsToTell = 64;
constexpr uint64_t kBytesToTell = 1 << 20;
/// What carriers tell each other: a number, and a word that is 0.
constexpr size_t kLinkWords = 2;

/// A packet behind its head.
Packet framed(OutgoingFrame& frame) {
  const Packet packet = frame.finish({});
  return packet ? sessions::framed(packet.bytes(), Lane::kernel) : Packet();
}

constexpr bool has(uint32_t features, wire::Feature feature) {
  return (features >> static_cast<uint32_t>(feature) & 1) != 0;
}

}  // namespace

/// The libuv loop of the thread, and all that it alone uses but `channel` and `wake`.
class IoThread::Loop {
 public:
  explicit Loop(const Limits& limits)
      : limits_(limits),
        maxPacketBytes_(size_t{limits.maxFrameBytes} + limits.maxAttachedBytes),
        stream_(maxPacketBytes_) {
    uv_loop_init(&loop_);
    uv_async_init(&loop_, &wake_, [](uv_async_t* wake) { of(wake).flush(); });
    uv_timer_init(&loop_, &linger_);
    uv_timer_init(&loop_, &waking_);
    uv_timer_init(&loop_, &greeting_);
    uv_timer_init(&loop_, &idle_);
    uv_timer_init(&loop_, &grace_);
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
    client_ = client;
    channel.keepSent(client.grace.count() > 0);
    connection_ = open(client.descriptor);
    hasControl_ = client.grace.count() > 0 && uv_poll_init(&loop_, &control_, client.control) == 0;
    if (hasControl_) control_.data = this;
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
      const auto takeAgain = [](uv_poll_t* ready, int, int) { of(ready).takeAgain(); };
      if (hasControl_) uv_poll_start(&control_, UV_READABLE, takeAgain);
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
    sendLastWords(limits_, pipes_, channel);
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
        reinterpret_cast<uv_handle_t*>(&wake_),   reinterpret_cast<uv_handle_t*>(&linger_),
        reinterpret_cast<uv_handle_t*>(&waking_), reinterpret_cast<uv_handle_t*>(&greeting_),
        reinterpret_cast<uv_handle_t*>(&idle_),   reinterpret_cast<uv_handle_t*>(&grace_)};
    if (hasControl_) handles.push_back(reinterpret_cast<uv_handle_t*>(&control_));
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

  /// What one connection tells matters as long as it is the one in use, or the one that a client
  /// that comes back has made.
  std::unique_ptr<Connection> open(int descriptor) {
    const int number = ++connections_;
    const auto isInUse = [this, number] { return number == current_; };
    if (connection_ == nullptr) current_ = number;
    return std::make_unique<Connection>(
        loop_, descriptor,
        ConnectionEvents{
            .received = [this, isInUse](auto bytes) { isInUse() ? take(bytes) : greet(bytes); },
            .written = [this, isInUse] { isInUse() ? written() : void(); },
            .lost = [this, isInUse] { isInUse() ? loseConnection() : forgetReturning(); }});
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
    for (LanePacket& packet : packets) takeOne(packet);
    if (mayReturn_) tellReceived();
    if (!isGood) lose();
  }

  void takeOne(LanePacket& packet) {
    if (packet.lane == Lane::link) {
      uint64_t count = 0;
      std::memcpy(&count, packet.packet.bytes().data(), sizeof count);
      if (mayReturn_) channel.acknowledge(count);
      return;
    }
    received_++;
    receivedBytes_ += packet.packet.bytes().size();
    if (received_ == 1 && client_.grace.count() > 0) {
      const auto hello = helloIn(packet.packet, limits_);
      mayReturn_ = hello && has(hello->features, wire::Feature::RESUMPTION);
      channel.keepSent(mayReturn_);
    }
    // Services that only TypeScript halves serve have nobody here.
    if (packet.lane == Lane::kernel && !isUrgent(packet.packet)) {
      channel.deliver(std::move(packet.packet));
    }
  }

  /// Now and then: so much the client need not keep.
  void tellReceived() {
    if (received_ - toldReceived_ < kPacketsToTell && receivedBytes_ < kBytesToTell) return;
    toldReceived_ = received_;
    receivedBytes_ = 0;
    const uint64_t words[kLinkWords] = {received_, 0};
    channel.enqueueUncounted(
        framed({reinterpret_cast<const uint8_t*>(words), sizeof words}, Lane::link));
    flush();
  }

  /// Pings and signals for what runs are dealt with at once; all else is the interpreter's.
  bool isUrgent(const Packet& packet) {
    if (packet.bytes().size() > kMaxUrgentBytes) return false;
    auto messages = decodePacket(packet.bytes(), limits_);
    if (!messages || messages->size() != 1) return false;
    if (std::holds_alternative<ByeMessage>(messages->front())) mayReturn_ = false;
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

  /// The connection is broken: the session goes on without for a while, when it may.
  void loseConnection() {
    if (!mayReturn_ || !isOpen_ || isClosing_) return lose();
    connection_->close();
    channel.hold();
    if (isHeld_) return;
    isHeld_ = true;
    tell(client_.control, {.kind = News::Kind::lost, .session = client_.session});
    uv_timer_start(
        &grace_, [](uv_timer_t* timer) { of(timer).lose(); },
        static_cast<uint64_t>(client_.grace.count()), 0);
  }

  /// The server has a client that says that it comes back.
  void takeAgain() {
    const auto client = takeClient(client_.control, false);
    if (!client) {
      uv_poll_stop(&control_);  // the server is gone
      return;
    }
    forgetReturning();
    std::erase_if(retired_, [](const auto& retired) { return retired->isClosed(); });
    returning_ = open(client->descriptor);
    greetingStream_ = PacketStream(kMaxGreetingBytes);
    uv_timer_start(
        &greeting_, [](uv_timer_t* timer) { of(timer).forgetReturning(); }, kGreetingMs, 0);
    if (!returning_->begin()) forgetReturning();
  }

  void forgetReturning() {
    if (returning_ == nullptr) return;
    returning_->close();
    retired_.push_back(std::move(returning_));
  }

  /// The first bytes of a client that comes back.
  void greet(std::span<const uint8_t> bytes) {
    std::vector<LanePacket> packets;
    const bool isGood = greetingStream_.take(bytes, packets);
    if (isGood && packets.empty()) return;
    uv_timer_stop(&greeting_);
    const auto hello =
        packets.size() == 1 ? helloIn(packets.front().packet, limits_) : std::nullopt;
    const bool isSame = hello && hello->resume &&
                        isSameSecret(hello->resume->session, client_.session) &&
                        isSameSecret(hello->resume->secret, client_.secret);
    if (!isGood || !isSame || !isOpen_ || isClosing_) return forgetReturning();
    resume(hello->resume->received);
  }

  /// Goes on with the connection of a client that has come back.
  void resume(uint64_t received) {
    connection_->close();  // it may have been lost on one side only
    retired_.push_back(std::move(connection_));
    connection_ = std::move(returning_);
    current_ = connections_;
    stream_ = PacketStream(maxPacketBytes_);
    isHeld_ = false;
    uv_timer_stop(&grace_);
    if (!channel.resume(received)) return lose();
    OutgoingFrame frame(limits_, false);
    frame.acknowledge(received_);
    auto welcome = frame.message().initWelcome();
    welcome.initVersion().setMajor(wire::PROTOCOL_MAJOR);
    welcome.setSession({client_.session.data(), client_.session.size()});
    welcome.setResumed(true);
    std::vector<Packet> packets;
    packets.push_back(framed(frame));
    connection_->write(std::move(packets));
    flush();
    channel.writeDirectly(connection_->descriptor());
    tell(client_.control, {.kind = News::Kind::found, .session = client_.session});
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
    forgetReturning();
    for (uv_handle_t* handle : handles()) {
      if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
    }
  }

  const Limits limits_;
  const size_t maxPacketBytes_;
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
  uv_timer_t grace_;
  uv_poll_t control_{};
  bool hasControl_ = false;
  OutputPipes pipes_{[this](int descriptor, auto bytes) { sendOutput(descriptor, bytes); }};
  std::array<uv_poll_t, OutputPipes::kPipes> polls_;
  bool hasPipes_ = false;
  bool isOutputHeld_ = false;  // until what was sent is written
  Endpoint client_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> returning_;  // of a client that says that it comes back
  PacketStream greetingStream_{kMaxGreetingBytes};
  std::vector<std::unique_ptr<Connection>> retired_;  // closed, while the loop still needs them
  int connections_ = 0;                               // that there were
  int current_ = 0;                                   // the number of the one in use
  bool mayReturn_ = false;
  bool isHeld_ = false;  // the connection is lost, the session not yet
  uint64_t received_ = 0;
  uint64_t receivedBytes_ = 0;  // since the client was told of what has come
  uint64_t toldReceived_ = 0;
  int wakes_ = 0;
  uint32_t takenNonce_ = 0;  // of the last signal that was obeyed
  bool isOpen_ = false;
  bool isClosing_ = false;
};

namespace {

SocketChannel* forked = nullptr;

/// Processes that Python forks off have none of its threads, and no client.
void prepareForForks(SocketChannel& channel) {
  forked = &channel;
  pthread_atfork([] { forked->beforeFork(); }, [] { forked->afterFork(false); },
                 [] {
                   forked->afterFork(true);
                   forgetLastWords();
                 });
}

}  // namespace

IoThread::IoThread(const Limits& limits) : loop_(std::make_unique<Loop>(limits)) {
  prepareForForks(channel());
}

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
