#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>

namespace krait::sessions {

/// What a kernel process, code in C and the processes that it starts write to the descriptors 1
/// and 2. Both threads take it out: the I/O thread when there is some, the interpreter's before it
/// sends anything, so that what was written first arrives first.
class OutputPipes {
 public:
  static constexpr size_t kPipes = 2;  // of the descriptors 1 and 2

  /// `sink` gets the bytes of a descriptor, from one thread at a time.
  explicit OutputPipes(std::function<void(int descriptor, std::span<const uint8_t>)> sink);
  OutputPipes(const OutputPipes&) = delete;
  OutputPipes& operator=(const OutputPipes&) = delete;
  ~OutputPipes();

  /// Makes the pipes. False when that cannot be done; then nothing is ever captured.
  bool open();
  /// Puts the pipes in the place of the two descriptors.
  void capture();
  /// Passes on what is there, without waiting for more.
  void drain();
  /// Keeps the other thread from passing anything on any more, in a process that is about to end.
  void stop();
  /// For a poller.
  int readEnd(size_t pipe) const { return pipes_[pipe].readEnd; }

 private:
  struct Pipe {
    int readEnd = -1;
    int writeEnd = -1;
  };

  const std::function<void(int, std::span<const uint8_t>)> sink_;
  std::mutex mutex_;
  std::array<Pipe, kPipes> pipes_;
};

}  // namespace krait::sessions
