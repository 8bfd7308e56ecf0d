#include "services/sessions/process-limits.h"

#include <sys/resource.h>

namespace krait::sessions {

namespace {

bool set(int resource, uint64_t value) {
  if (value == 0) return true;
  const rlimit limit{.rlim_cur = value, .rlim_max = value};
  return setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0;
}

}  // namespace

bool apply(const ProcessLimits& limits) {
  return set(RLIMIT_AS, limits.memoryBytes) && set(RLIMIT_CPU, limits.cpuSeconds) &&
         set(RLIMIT_NOFILE, limits.files);
}

}  // namespace krait::sessions
