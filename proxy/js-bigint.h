#pragma once

#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// A new type `JsBigInt`, a subclass of int whose instances cross as BigInt (TC-JsBigInt). `parts`
/// starts empty and lives as long as the type.
Result<PyRef> makeBigIntType(TypeParts& parts);

}  // namespace krait
