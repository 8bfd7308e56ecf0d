#include <time.h>

#include "kernel/refresh.h"

namespace krait {

void resetZoneOfC() { tzset(); }

}  // namespace krait
