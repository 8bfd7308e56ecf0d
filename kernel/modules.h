#pragma once

#include "kernel/base/result.h"

namespace krait {

/// An attribute of a module, both looked up at each call, so that Python code may replace it
/// (JS-runPython.10). Imports the module when it is not imported yet.
Result<PyRef> moduleAttr(const char* module, const char* name);

/// The module when it is imported already; empty otherwise.
PyRef importedModule(const char* module);

}  // namespace krait
