#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/conversion.h"

namespace krait {

/// Deep conversion, Python -> records of GraphKind (TC-toJs). `depth` container levels are
/// converted, negative: all. Whatever has no conversion is exported as `mine`; on failure nothing
/// stays exported. Fails with `limit`, with ConversionError (TC-toJs.keys, TC-toJs.buffer), or with
/// the Python error that reading an object raised. `alive` takes what stands for the client's own
/// objects among the records (`yours`): it must live until the client has read them.
Result<std::vector<uint8_t>> writeGraph(PyObject* object, int depth, Conversion& conversion,
                                        std::vector<PyRef>* alive = nullptr);

/// Takes back the handles of records that the client never got.
void withdrawGraph(std::span<const uint8_t> records, Conversion& conversion);

/// Gives back what the records introduce (their `mine` handles) without making anything of them.
void discardGraph(std::span<const uint8_t> records, Conversion& conversion);

/// Records of GraphKind -> Python objects (TC-toPy). Fails with `protocol` on malformed records,
/// with `staleHandle`, or with a Python error (an unhashable key); every `mine` handle is taken
/// over in any case.
Result<PyRef> readGraph(std::span<const uint8_t> records, Conversion& conversion);

}  // namespace krait
