#pragma once

#include "kernel/base/result.h"

namespace krait {

/// The items that a slice names: `count` positions from `start`, `step` apart, all within the
/// array.
struct Run {
  Py_ssize_t start = 0;
  Py_ssize_t stop = 0;
  Py_ssize_t step = 1;
  Py_ssize_t count = 0;
};

/// A slice against the length of the object `self`.
Result<Run> runOf(PyObject* self, PyObject* slice);
/// An index as Python counts, made non-negative; still negative when it is out of range.
Result<Py_ssize_t> positionOf(PyObject* self, PyObject* index);

/// One item by its non-negative position. A hole or a position out of range is an IndexError with
/// the text `miss`.
Result<PyRef> itemAt(PyObject* self, Py_ssize_t position, const char* miss);
Result<void> storeAt(PyObject* self, Py_ssize_t position, PyObject* value);
Result<void> removeAt(PyObject* self, Py_ssize_t position, const char* miss);

/// The items of a run as a Python list.
Result<PyRef> itemsOf(PyObject* self, const Run& run);
/// A new JavaScript array with the items of a Python list, none of them copied.
Result<PyRef> arrayOf(PyObject* list);

}  // namespace krait
