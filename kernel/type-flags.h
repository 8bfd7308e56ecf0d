#pragma once

#include <Python.h>

#include <cstdint>

#include "kernel/base/result.h"

namespace krait {

constexpr uint32_t bit(wire::TypeFlag flag) { return 1u << static_cast<uint32_t>(flag); }

/// What `object` can do, as bits of TypeFlag (PX-present.*). Decided by the type, but for a class
/// (its
/// `__class_getitem__`); remembered per type until the type changes.
Result<uint32_t> typeFlagsOf(PyObject* object);

/// The name that `PyProxy.type` shows (PX-type).
Result<PyRef> typeNameOf(PyObject* object);

}  // namespace krait
