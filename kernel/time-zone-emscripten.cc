#include <limits.h>
#include <time.h>

#include "kernel/refresh.h"

// Emscripten's own import, without a public header: writes the host's zone into C's variables. Its
// libc calls it once, which in a restored snapshot was at the place where that was made.
extern "C" void _tzset_js(long* timezone, int* daylight, char* standardName, char* daylightName);

namespace krait {

void resetZoneOfC() {
  static char standardName[TZNAME_MAX + 1];
  static char daylightName[TZNAME_MAX + 1];
  tzset();  // so that the libc does not do so later, over what follows
  _tzset_js(&timezone, &daylight, standardName, daylightName);
  tzname[0] = standardName;
  tzname[1] = daylightName;
}

}  // namespace krait
