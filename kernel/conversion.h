#pragma once

#include "kernel/base/result.h"
#include "kernel/foreign.h"
#include "kernel/handle-table.h"
#include "kernel/values.h"

namespace krait {

/// The implicit conversions (spec: type-conversions.md section 1), one implementation each, for every carrier.
class Conversion {
 public:
  Conversion(HandleTable& table, ForeignObjects& foreign) : table_(table), foreign_(foreign) {}

  /// Python -> client (TC-py.*). What has no immediate form is exported: inserted in the table, sent as `mine`.
  /// Fails with `limit`, or with the Python error that reading the object raised.
  Result<void> write(PyObject* object, ValueWriter& writer);
  /// Client -> Python (TC-js.*). Fails with `staleHandle`, `protocol`, or a Python error.
  Result<PyRef> read(const ValueReader& reader);

  /// JavaScript `null` arrives as `None` instead of `jsnull` (JS-opt-convertNullToNone).
  void setConvertNullToNone(bool on) { convertNullToNone_ = on; }

  HandleTable& table() { return table_; }
  ForeignObjects& foreign() { return foreign_; }

 private:
  HandleTable& table_;
  ForeignObjects& foreign_;
  bool convertNullToNone_ = false;
};

/// `str` -> the cheapest exact view of its text (TC-py.str), with storage for text that needs transcoding to UTF-16.
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
