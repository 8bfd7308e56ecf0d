#pragma once

#include "kernel/base/result.h"

namespace krait {

/// A `pyodide.ffi.ConversionError` with a text (ER-conversion). `message` is a str; empty: the
/// pending error that kept it from being made is returned instead.
Error conversionError(PyRef message);

}  // namespace krait
