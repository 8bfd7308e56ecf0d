#include "proxy/js-array.h"

#include <algorithm>

#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-items.h"
#include "proxy/js-positions.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

constexpr const char* kIndexMiss = "list index out of range";

bool isArray(PyObject* self) { return (flagsOf(self) & bit(wire::TypeFlag::JS_ARRAY)) != 0; }

Result<PyRef> getSlice(PyObject* self, PyObject* slice) {
  auto run = runOf(self, slice);
  if (!run) return run.error();
  if (run->step == 1 && isArray(self)) {
    PyRef start = PyRef::steal(PyLong_FromSsize_t(run->start));
    PyRef stop = PyRef::steal(PyLong_FromSsize_t(std::max(run->start, run->stop)));
    if (!start || !stop) return takePythonError();
    return askMethod(self, "slice", {start.get(), stop.get()});
  }
  auto items = itemsOf(self, *run);
  if (!items) return items;
  return arrayOf(items->get());
}

Result<PyRef> subscript(PyObject* self, PyObject* key) {
  if (PySlice_Check(key)) return getSlice(self, key);
  auto position = positionOf(self, key);
  if (!position) return position.error();
  return itemAt(self, *position, kIndexMiss);
}

PyObject* getItem(PyObject* self, PyObject* key) { return orRaise(subscript(self, key)); }

PyObject* getTypedItem(PyObject* self, PyObject* key) {
  if (!PySlice_Check(key)) return getItem(self, key);
  PyErr_SetString(PyExc_NotImplementedError,
                  "slicing a typed array is not supported; use subarray or slice");
  return nullptr;
}

/// For `reversed`, and other users of the sequence protocol. Negative positions were dealt with.
PyObject* itemOfSequence(PyObject* self, Py_ssize_t position) {
  return orRaise(itemAt(self, position, kIndexMiss));
}

/// All items as a list, a snapshot: what `items` gives may change while an array is built of it.
Result<PyRef> listOf(PyObject* items) {
  PyRef list = PyRef::steal(PySequence_List(items));
  if (!list) return takePythonError();
  return list;
}

PyObject* concatenate(PyObject* self, PyObject* other) {
  auto items = listOf(self);
  auto more = items ? listOf(other) : Result<PyRef>(PyRef());
  if (!more) return orRaise(std::move(more));
  if (!items) return orRaise(std::move(items));
  PyRef all = PyRef::steal(PySequence_Concat(items->get(), more->get()));
  if (!all) return nullptr;
  return orRaise(arrayOf(all.get()));
}

PyObject* repeat(PyObject* self, Py_ssize_t times) {
  auto items = listOf(self);
  if (!items) return orRaise(std::move(items));
  PyRef all = PyRef::steal(PySequence_Repeat(items->get(), times));
  if (!all) return nullptr;
  return orRaise(arrayOf(all.get()));
}

int setTypedItem(PyObject* self, PyObject* key, PyObject* value) {
  if (value == nullptr) {
    PyErr_SetString(PyExc_TypeError, "a typed array has a fixed length: items cannot be deleted");
    return -1;
  }
  if (PySlice_Check(key)) {
    PyErr_SetString(PyExc_NotImplementedError, "assigning to a slice of a typed array");
    return -1;
  }
  auto position = positionOf(self, key);
  auto stored = position ? storeAt(self, *position, value) : Result<void>(position.error());
  if (stored) return 0;
  setPythonError(stored.error());
  return -1;
}

PyObject* reverse(PyObject* self, PyObject*) {
  auto reversed = askMethod(self, "reverse", {});
  if (!reversed) return orRaise(std::move(reversed));
  Py_RETURN_NONE;
}

}  // namespace

void addSequenceParts(TypeParts& parts) {
  parts.slot(Py_mp_subscript, getItem);
  parts.slot(Py_sq_item, itemOfSequence);
  parts.slot(Py_sq_concat, concatenate);
  parts.slot(Py_sq_repeat, repeat);
}

void addTypedArrayParts(TypeParts& parts) {
  parts.slot(Py_mp_subscript, getTypedItem);
  parts.slot(Py_mp_ass_subscript, setTypedItem);
  parts.slot(Py_sq_item, itemOfSequence);
}

void addReverseParts(TypeParts& parts) {
  parts.method("reverse", reverse, METH_NOARGS,
               "reverse($self)\n--\n\nTurns the order of the items round.");
}

}  // namespace krait
