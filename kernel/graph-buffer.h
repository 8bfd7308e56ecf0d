#pragma once

#include "kernel/base/result.h"
#include "kernel/blocks.h"
#include "kernel/graph-records.h"

namespace krait {

/// Writes a copy of the object's buffer (TC-toJs.buffer): one dimension or none as a `buffer`
/// record, more as nested lists of these. Items are little-endian, letters that mean different
/// sizes on different machines become those of a fixed size (NB-int32). Returns the number of
/// records. Fails with ConversionError for a format that has no typed array, or with the Python
/// error that opening the buffer raised.
Result<uint32_t> writeBufferRecords(PyObject* object, RecordWriter& records);

/// A `buffer` record -> a writable memoryview of a `bytearray` (TC-toPy.buffer), which has a copy
/// of the bytes, or the block that they lie in.
Result<PyRef> bufferFrom(const Record& record, Blocks* blocks);

/// One letter for the format of a buffer, or 0 for what has no typed array (PB-format.map).
char formatLetter(const char* format, Py_ssize_t itemSize);

/// Whether items lie with the most significant byte first.
bool isBigEndian(const char* format);

}  // namespace krait
