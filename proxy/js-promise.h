#pragma once

#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// What a call returns to Python: a thenable becomes a PyodideFuture (CL-promise), all else stays
/// as it is.
Result<PyRef> settled(Result<PyRef> answer);
/// `_pyodide._promises.<function>(argument)`: the Python half of promises.
Result<PyRef> callPromises(const char* function, PyRef argument);

/// JP-await: `await`, `then`, `catch`, `finally_`.
void addAwaitableParts(TypeParts& parts);

}  // namespace krait
