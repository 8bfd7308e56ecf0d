#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/blocks.h"
#include "kernel/foreign.h"
#include "kernel/handle-table.h"
#include "kernel/short-texts.h"
#include "kernel/values.h"

namespace krait {

/// The implicit conversions (spec: type-conversions.md section 1), one implementation each, for
/// every carrier.
class Conversion {
 public:
  Conversion(HandleTable& table, ForeignObjects& foreign) : table_(table), foreign_(foreign) {}

  /// Python -> client (TC-py.*). What has no immediate form is exported: inserted in the table,
  /// sent as `mine`. Fails with `limit`, or with the Python error that reading the object raised;
  /// nothing was written then.
  Result<void> write(PyObject* object, ValueWriter& writer);
  /// Client -> Python (TC-js.*). Fails with `staleHandle`, `protocol`, or a Python error.
  Result<PyRef> read(const ValueReader& reader);
  /// Gives back what an argument that nobody will read introduces: a `mine` handle, those inside a
  /// graph.
  void discard(const ValueReader& reader);

  /// Whether `object` crosses by value: None, bool, int, float, str, `jsnull` (TC-toJs.keys).
  bool isImmediate(PyObject* object) const;
  /// Inserts `object` in the table. Returns its handle and type flags, as `mine` carries them.
  Result<std::pair<Handle, uint32_t>> exportObject(PyObject* object);
  /// Text from the client -> `str` (TC-js.string).
  Result<PyRef> text(TextView text);
  /// As `text`, interned: for names of attributes and keywords.
  Result<PyRef> name(TextView text);
  /// Two's complement, little-endian bytes -> what a JavaScript BigInt becomes (TC-js.bigint).
  Result<PyRef> bigIntFrom(std::span<const uint8_t> bytes);
  /// What JavaScript `null` becomes.
  PyRef nullValue() const;
  /// JavaScript `null` arrives as `None` instead of `jsnull` (JS-opt-convertNullToNone).
  void setConvertNullToNone(bool on) { convertNullToNone_ = on; }

  /// Where long arguments may lie that need no copy.
  void setBlocks(Blocks* blocks) { blocks_ = blocks; }

  HandleTable& table() { return table_; }
  ShortTexts& texts() { return texts_; }
  ForeignObjects& foreign() { return foreign_; }
  Blocks* blocks() { return blocks_; }

 private:
  HandleTable& table_;
  ForeignObjects& foreign_;
  ShortTexts texts_;
  Blocks* blocks_ = nullptr;
  bool convertNullToNone_ = false;
};

/// The largest integer whose neighbours a JavaScript Number tells apart (CF-maxSafe).
constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;

/// The value of an int (or subclass) when it is a safe integer.
std::optional<double> safeInteger(PyObject* integer);
/// The shortest two's complement form of an int, little-endian; at least one byte.
Result<std::vector<uint8_t>> bigIntBytes(PyObject* integer);
/// An `int` from a number that the client says is a safe integer. Fails with `protocol` when it is
/// not.
Result<PyRef> intFrom(double number);

/// `str` -> the cheapest exact view of its text (TC-py.str), with storage for text that needs
/// transcoding to UTF-16.
class TextOf {
 public:
  explicit TextOf(PyObject* str);
  TextView view() const { return view_; }

 private:
  TextView view_;
  std::u16string units_;
};

/// Text from the client -> `str` (TC-js.string). Surrogate pairs combine, lone ones stay.
Result<PyRef> strFrom(TextView text);

}  // namespace krait
