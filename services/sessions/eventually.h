#pragma once

#include <time.h>

namespace krait::sessions {

/// Tries something until it succeeds, at most a tenth of a second. False when it has not. For
/// handlers of signals: nothing but the clock is used.
template <typename Try>
bool eventually(Try attempt) {
  constexpr int kAttempts = 1000;
  constexpr timespec kPause = {.tv_sec = 0, .tv_nsec = 100000};
  for (int i = 0; i < kAttempts; i++) {
    if (attempt()) return true;
    nanosleep(&kPause, nullptr);
  }
  return false;
}

}  // namespace krait::sessions
