#pragma once

#include "proxy/js-type-parts.h"

namespace krait {

/// `index` and `count` of everything that is like an array (JP-array.eq).
void addSearchParts(TypeParts& parts);

}  // namespace krait
