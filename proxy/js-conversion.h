#pragma once

#include "proxy/js-type-parts.h"

namespace krait {

/// TC-to_py: `to_py`.
void addConversionParts(TypeParts& parts);
/// JP-buffer: copies of an ArrayBuffer or a view of one.
void addBufferParts(TypeParts& parts);
/// JP-double: the view of a JavaScript proxy of a Python object.
void addDoubleProxyParts(TypeParts& parts);

}  // namespace krait
