#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"

namespace krait {

// The steps of Interpreter::refresh: whatever a snapshot would carry over from where it was made.
// Each fails with the Python error that it met.

/// Empties the environment, of C and of `os.environ` alike, and fills both.
Result<void> replaceEnvironment(
    const std::vector<std::pair<std::string, std::string>>& environment);

/// `sys.executable` and `sys.argv`; what is empty stays as it is. `sys.argv` stays the same list.
Result<void> setProgram(const std::string& executable, const std::vector<std::string>& args);

/// Seeds `random` anew and makes `tempfile` and `uuid` forget what they drew, when these are
/// imported.
Result<void> renewRandomState();

/// The zone of the host, in C and in the constants of `time`.
Result<void> renewTimeZone();

/// Makes the folder when it is missing and enters it; empty: stays.
Result<void> enterFolder(const std::string& folder);

/// Makes C ask the host for its time zone again. A file a platform.
void resetZoneOfC();

}  // namespace krait
