#include "proxy/js-search.h"

#include <algorithm>

#include "kernel/conversion.h"
#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

/// What JavaScript's `===` tells apart before it looks at values; `python` is a proxy to
/// JavaScript.
enum class Kind { none, null, boolean, number, bigInt, text, js, python };

Kind kindOf(PyObject* value) {
  JsObjects& objects = JsObjects::current();
  if (Py_IsNone(value)) return Kind::none;
  if (PyBool_Check(value)) return Kind::boolean;
  if (PyLong_Check(value)) {
    return objects.isBigInt(value) || !safeInteger(value) ? Kind::bigInt : Kind::number;
  }
  if (PyFloat_Check(value)) return Kind::number;
  if (PyUnicode_Check(value)) return Kind::text;
  if (isJs(value)) return Kind::js;
  return objects.jsNull().get() == value ? Kind::null : Kind::python;
}

/// What is searched for in the items of `self`.
class Search {
 public:
  explicit Search(PyObject* value) : value_(value), kind_(kindOf(value)) {}

  /// Whether an item is meant: 1, 0, or -1 with an error raised.
  int isMet(PyObject* item) const {
    const Kind kind = kindOf(item);
    if (kind != kind_ && kind != Kind::python) return 0;
    if (kind == Kind::python && item == value_) return 1;
    const PyRef areEqual = PyRef::steal(PyObject_RichCompare(item, value_, Py_EQ));
    return areEqual ? PyObject_IsTrue(areEqual.get()) : -1;
  }

 private:
  PyObject* value_;
  Kind kind_;
};

PyObject* index(PyObject* self, PyObject* arguments) {
  PyObject* value;
  Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX;
  if (!PyArg_ParseTuple(arguments, "O|nn:index", &value, &start, &stop)) return nullptr;
  const PyRef items = PyRef::steal(PySequence_List(self));
  if (!items) return nullptr;
  const Py_ssize_t length = PyList_GET_SIZE(items.get());
  if (start < 0) start = std::max<Py_ssize_t>(start + length, 0);
  if (stop < 0) stop += length;
  const Search search(value);
  for (Py_ssize_t i = start; i < std::min(stop, length); i++) {
    const int isMet = search.isMet(PyList_GET_ITEM(items.get(), i));
    if (isMet < 0) return nullptr;
    if (isMet > 0) return PyLong_FromSsize_t(i);
  }
  return PyErr_Format(PyExc_ValueError, "%R is not in the array", value);
}

PyObject* count(PyObject* self, PyObject* value) {
  const PyRef items = PyRef::steal(PySequence_List(self));
  if (!items) return nullptr;
  const Search search(value);
  Py_ssize_t found = 0;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); i++) {
    const int isMet = search.isMet(PyList_GET_ITEM(items.get(), i));
    if (isMet < 0) return nullptr;
    found += isMet;
  }
  return PyLong_FromSsize_t(found);
}

}  // namespace

void addSearchParts(TypeParts& parts) {
  parts.method("index", index, METH_VARARGS,
               "index($self, item, start=0, stop=None, /)\n--\n\nThe first item that is `item`.");
  parts.method("count", count, METH_O, "count($self, item, /)\n--\n\nHow many items are `item`.");
}

}  // namespace krait
