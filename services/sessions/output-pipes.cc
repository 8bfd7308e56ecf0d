#include "services/sessions/output-pipes.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "services/sessions/eventually.h"

namespace krait::sessions {

namespace {

constexpr size_t kReadBytes = 65536;

}  // namespace

OutputPipes::OutputPipes(std::function<void(int, std::span<const uint8_t>)> sink)
    : sink_(std::move(sink)) {}

OutputPipes::~OutputPipes() {
  for (const Pipe& pipe : pipes_) {
    if (pipe.readEnd >= 0) close(pipe.readEnd);
    if (pipe.writeEnd >= 0) close(pipe.writeEnd);
  }
}

bool OutputPipes::open() {
  return std::ranges::all_of(pipes_, [](Pipe& pipe) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    pipe = {ends[0], ends[1]};
    return fcntl(pipe.readEnd, F_SETFL, O_NONBLOCK) == 0;
  });
}

void OutputPipes::capture() {
  std::fflush(stdout);
  for (size_t i = 0; i < pipes_.size(); i++) {
    int& writeEnd = pipes_[i].writeEnd;
    if (writeEnd < 0) continue;
    dup2(writeEnd, static_cast<int>(i) + 1);
    close(writeEnd);
    writeEnd = -1;
  }
  // A pipe would make it keep what it has until there is much.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

void OutputPipes::stop() {
  eventually([this] { return mutex_.try_lock(); });
}

void OutputPipes::drain() {
  const std::lock_guard lock(mutex_);
  std::array<pollfd, kPipes> polled{};
  for (size_t i = 0; i < pipes_.size(); i++) {
    polled[i] = {.fd = pipes_[i].readEnd, .events = POLLIN, .revents = 0};
  }
  if (poll(polled.data(), polled.size(), 0) <= 0) return;
  std::vector<uint8_t> bytes(kReadBytes);
  for (size_t i = 0; i < pipes_.size(); i++) {
    if ((polled[i].revents & POLLIN) == 0) continue;
    // It does not block: the end is in that mode.
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
    const ssize_t count = read(pipes_[i].readEnd, bytes.data(), bytes.size());
    if (count > 0) {
      sink_(static_cast<int>(i) + 1, std::span(bytes).first(static_cast<size_t>(count)));
    }
  }
}

}  // namespace krait::sessions
