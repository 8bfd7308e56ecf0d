#pragma once

#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// The flags that a class is made for: unknown bits are dropped, and so is what does not go
/// together.
uint32_t classFlags(uint32_t typeFlags);
/// What a class with these flags has beyond its base (JP section 5.2).
void addPartsFor(uint32_t flags, TypeParts& parts);
/// Gives a new class what Python's abstract classes define in terms of the rest, and registers it
/// there (JP-map, JP-array, JP-arrayLike, JP-typedArray).
Result<void> joinAbstractClasses(uint32_t flags, PyObject* type);

}  // namespace krait
