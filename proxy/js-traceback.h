#pragma once

#include "kernel/base/result.h"

namespace krait {

/// Puts the frames of a JavaScript stack behind the innermost frame of a traceback (ER-js2py). The
/// stack's text is parsed by `_pyodide._js_stack`.
Result<void> appendJsFrames(PyObject* traceback, PyObject* stack);

}  // namespace krait
