#pragma once

#include "proxy/js-proxy.h"

namespace krait {

/// What a JsException has beside what every view has: it is an Exception (ER-js2py, ER-pickle).
void addExceptionParts(TypeParts& parts);
/// Life and end of its objects.
void addExceptionStorage(TypeParts& parts);

/// A new instance of `type`, a JsException class with these flags. Takes over the handle, on
/// failure too.
Result<PyRef> newException(PyTypeObject* type, Handle handle, uint32_t flags);

}  // namespace krait
