#include "services/sessions/system-call-waker.h"

#include <signal.h>

namespace krait::sessions {

namespace {

/// Ignored by default, and of use to nobody without sockets' urgent data.
constexpr int kSignal = SIGURG;

}  // namespace

SystemCallWaker::SystemCallWaker() : thread_(pthread_self()) {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  sigemptyset(&action.sa_mask);
  sigaction(kSignal, &action, nullptr);  // without SA_RESTART: the call ends
}

void SystemCallWaker::wake() const { pthread_kill(thread_, kSignal); }

}  // namespace krait::sessions
