#pragma once

#include "proxy/js-type-parts.h"

namespace krait {

/// JP-len
void addLengthParts(TypeParts& parts);
/// JP-contains
void addContainsParts(TypeParts& parts);
/// JP-get: `p[key]` of an object with `get`.
void addGetParts(TypeParts& parts);
/// JP-set: `p[key] = value` and `del p[key]` of an object with `set`.
void addSetParts(TypeParts& parts);

/// The length as JavaScript tells it, checked; -1 with an error raised.
Py_ssize_t lengthOf(PyObject* self);

}  // namespace krait
