#pragma once

#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// The only instance of a new type `JsNull` (TC-jsnull). `parts` starts empty and lives as long as
/// the type.
Result<PyRef> makeJsNull(TypeParts& parts);

}  // namespace krait
