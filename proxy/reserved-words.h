#pragma once

#include "kernel/base/result.h"

namespace krait {

/// JP-reserved: the JavaScript name that a Python attribute name means. A Python keyword with
/// underscores appended loses one; every other name stays.
Result<PyRef> javaScriptName(PyObject* pythonName);
/// The reverse, for `dir`: a name that Python code can write after a dot.
Result<PyRef> pythonName(PyObject* javaScriptName);

}  // namespace krait
