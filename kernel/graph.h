#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/conversion.h"

namespace krait {

/// Deep conversion, Python -> records of GraphKind (TC-toJs). `depth` container levels are converted, negative:
/// all. Whatever has no conversion is exported as `mine`; on failure nothing stays exported.
Result<std::vector<uint8_t>> writeGraph(PyObject* object, int depth, Conversion& conversion);

/// Records of GraphKind -> Python objects (TC-toPy). Fails with `protocol` on malformed records, with
/// `staleHandle`, or with a Python error (an unhashable key).
Result<PyRef> readGraph(std::span<const uint8_t> records, Conversion& conversion);

}  // namespace krait
