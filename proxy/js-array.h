#pragma once

#include "proxy/js-type-parts.h"

namespace krait {

/// JP-arrayLike: positions, slices, `+` and `*`, all giving new arrays.
void addSequenceParts(TypeParts& parts);
/// JP-array: what changes an array. Values stored so stay alive (CL-args.methods).
void addMutableArrayParts(TypeParts& parts);
/// JP-typedArray: positions only.
void addTypedArrayParts(TypeParts& parts);
/// `reverse`, of both.
void addReverseParts(TypeParts& parts);

}  // namespace krait
