#pragma once

#include <Python.h>

namespace krait {

/// The builtin module `_krait`, for PyImport_AppendInittab: what Python code of ours needs of the
/// proxies. It uses `JsObjects::current()` and asks JavaScript nothing when it is imported.
PyObject* initializeKraitModule();

}  // namespace krait
