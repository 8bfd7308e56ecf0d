#pragma once

#include <pthread.h>

namespace krait::sessions {

/// Ends the system call that a thread is in, with EINTR: Python looks at its signals then. Python
/// is told of the signal itself by other means, before.
class SystemCallWaker {
 public:
  /// For the thread that makes it. Installs the handler of the signal that it uses.
  SystemCallWaker();
  /// From any thread, as long as that one lives.
  void wake() const;

 private:
  pthread_t thread_;
};

}  // namespace krait::sessions
