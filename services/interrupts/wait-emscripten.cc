// Replaces libc's waiting, which spins: linked with --wrap for each function
// (tools/link/emscripten.py).

#include <cerrno>
#include <ctime>

extern "C" {

/// Imported from library.js: waits that many milliseconds, or until an interrupt is asked for; then
/// it gives 1.
int krait_wait(double milliseconds);

/// POSIX clock_nanosleep. After EINTR `time.sleep` lets signal handlers run and waits for the rest.
int __wrap_clock_nanosleep(clockid_t clock, int flags, const timespec* request, timespec* rest);

void __wrap_emscripten_thread_sleep(double milliseconds);
}

namespace {

constexpr double kMsPerSecond = 1e3;
constexpr double kNsPerMs = 1e6;
constexpr long kNsPerSecond = 1'000'000'000;

double toMs(const timespec& time) {
  return static_cast<double>(time.tv_sec) * kMsPerSecond +
         static_cast<double>(time.tv_nsec) / kNsPerMs;
}

timespec fromMs(double ms) {
  timespec time{};
  time.tv_sec = static_cast<time_t>(ms / kMsPerSecond);
  time.tv_nsec =
      static_cast<long>((ms - static_cast<double>(time.tv_sec) * kMsPerSecond) * kNsPerMs);
  return time;
}

double nowMs(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return toMs(now);
}

}  // namespace

int __wrap_clock_nanosleep(clockid_t clock, int flags, const timespec* request, timespec* rest) {
  if (request == nullptr || request->tv_sec < 0 || request->tv_nsec < 0 ||
      request->tv_nsec >= kNsPerSecond) {
    return EINVAL;
  }
  const bool isAbsolute = (flags & TIMER_ABSTIME) != 0;
  const double end = toMs(*request) + (isAbsolute ? 0 : nowMs(clock));
  const bool isInterrupted = krait_wait(end - nowMs(clock)) != 0;
  if (!isInterrupted) return 0;
  const double left = end - nowMs(clock);
  if (left <= 0) return 0;
  if (rest != nullptr && !isAbsolute) *rest = fromMs(left);
  return EINTR;
}

void __wrap_emscripten_thread_sleep(double milliseconds) { krait_wait(milliseconds); }
