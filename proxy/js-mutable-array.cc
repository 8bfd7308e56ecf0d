#include <algorithm>
#include <vector>

#include "kernel/python-error.h"
#include "proxy/js-array.h"
#include "proxy/js-items.h"
#include "proxy/js-positions.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

Result<PyRef> snapshot(PyObject* items) {
  PyRef list = PyRef::steal(PySequence_List(items));
  if (!list) return takePythonError();
  return list;
}

/// One call of JavaScript's `splice`, adding empty items.
Result<void> spliceOnce(PyObject* self, Py_ssize_t start, Py_ssize_t removed, Py_ssize_t added) {
  PyRef from = PyRef::steal(PyLong_FromSsize_t(start));
  PyRef count = PyRef::steal(PyLong_FromSsize_t(removed));
  if (!from || !count) return takePythonError();
  std::vector<PyObject*> arguments(static_cast<size_t>(added) + 2, Py_None);
  arguments[0] = from.get();
  arguments[1] = count.get();
  auto answer = askMethod(self, "splice", arguments);
  if (!answer) return answer.error();
  return {};
}

/// Replaces `removed` items at `start` by those of `list`. Room is made first, then each item is
/// stored: what a method gets as argument is a borrowed proxy and would be dead afterwards
/// (CL-args.methods).
Result<void> splice(PyObject* self, Py_ssize_t start, Py_ssize_t removed, PyObject* list) {
  constexpr Py_ssize_t kMaxAdded = 1024;  // arguments of one call
  const Py_ssize_t added = PyList_GET_SIZE(list);
  for (Py_ssize_t done = 0; done < added || done == 0; done += kMaxAdded) {
    auto one = spliceOnce(self, start, done == 0 ? removed : 0, std::min(added - done, kMaxAdded));
    if (!one) return one;
  }
  for (Py_ssize_t i = 0; i < added; i++) {
    if (auto stored = storeAt(self, start + i, PyList_GET_ITEM(list, i)); !stored) return stored;
  }
  return {};
}

Result<void> setSlice(PyObject* self, PyObject* slice, PyObject* values) {
  auto list = snapshot(values);
  auto run = runOf(self, slice);
  if (!list) return list.error();
  if (!run) return run.error();
  if (run->step == 1) return splice(self, run->start, run->count, list->get());
  const Py_ssize_t given = PyList_GET_SIZE(list->get());
  if (given != run->count) {
    PyErr_Format(PyExc_ValueError,
                 "attempt to assign sequence of size %zd to extended slice of size %zd", given,
                 run->count);
    return takePythonError();
  }
  for (Py_ssize_t i = 0; i < given; i++) {
    auto stored = storeAt(self, run->start + i * run->step, PyList_GET_ITEM(list->get(), i));
    if (!stored) return stored;
  }
  return {};
}

Result<void> deleteSlice(PyObject* self, PyObject* slice) {
  auto run = runOf(self, slice);
  if (!run) return run.error();
  if (run->step == 1) return spliceOnce(self, run->start, run->count, 0);
  // From the end, so that positions still to come do not move.
  for (Py_ssize_t i = 0; i < run->count; i++) {
    const Py_ssize_t nth = run->step > 0 ? run->count - 1 - i : i;
    auto removed = removeAt(self, run->start + nth * run->step, "list index out of range");
    if (!removed) return removed;
  }
  return {};
}

Result<void> assign(PyObject* self, PyObject* key, PyObject* value) {
  if (PySlice_Check(key)) return value ? setSlice(self, key, value) : deleteSlice(self, key);
  auto position = positionOf(self, key);
  if (!position) return position.error();
  if (value) return storeAt(self, *position, value);
  return removeAt(self, *position, "list assignment index out of range");
}

int setItem(PyObject* self, PyObject* key, PyObject* value) {
  auto assigned = assign(self, key, value);
  if (assigned) return 0;
  setPythonError(assigned.error());
  return -1;
}

PyObject* noneOrRaise(Result<void> done) {
  if (done) Py_RETURN_NONE;
  setPythonError(done.error());
  return nullptr;
}

Result<void> extendBy(PyObject* self, PyObject* items) {
  auto list = snapshot(items);
  if (!list) return list.error();
  const Py_ssize_t length = lengthOf(self);
  if (length < 0) return takePythonError();
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list->get()); i++) {
    auto stored = storeAt(self, length + i, PyList_GET_ITEM(list->get(), i));
    if (!stored) return stored;
  }
  return {};
}

PyObject* extend(PyObject* self, PyObject* items) { return noneOrRaise(extendBy(self, items)); }

PyObject* extendInPlace(PyObject* self, PyObject* items) {
  auto extended = extendBy(self, items);
  if (extended) return Py_NewRef(self);
  return noneOrRaise(std::move(extended));
}

PyObject* append(PyObject* self, PyObject* item) {
  const Py_ssize_t length = lengthOf(self);
  return length < 0 ? nullptr : noneOrRaise(storeAt(self, length, item));
}

PyObject* insert(PyObject* self, PyObject* arguments) {
  PyObject *index, *value;
  if (!PyArg_ParseTuple(arguments, "OO:insert", &index, &value)) return nullptr;
  auto position = positionOf(self, index);
  if (!position) return noneOrRaise(position.error());
  const Py_ssize_t length = lengthOf(self);
  PyRef item = PyRef::steal(PyList_New(1));
  if (length < 0 || !item) return nullptr;
  PyList_SET_ITEM(item.get(), 0, Py_NewRef(value));
  return noneOrRaise(splice(self, std::clamp<Py_ssize_t>(*position, 0, length), 0, item.get()));
}

Result<PyRef> popAt(PyObject* self, PyObject* index) {
  const Py_ssize_t length = lengthOf(self);
  if (length < 0) return takePythonError();
  if (length == 0) {
    PyErr_SetString(PyExc_IndexError, "pop from empty list");
    return takePythonError();
  }
  auto position = index ? positionOf(self, index) : Result<Py_ssize_t>(length - 1);
  if (!position) return position.error();
  auto item = itemAt(self, *position, "pop index out of range");
  if (!item) return item;
  auto removed = removeAt(self, *position, "pop index out of range");
  if (!removed) return removed.error();
  return item;
}

PyObject* pop(PyObject* self, PyObject* arguments) {
  PyObject* index = nullptr;
  if (!PyArg_ParseTuple(arguments, "|O:pop", &index)) return nullptr;
  return orRaise(popAt(self, index));
}

PyObject* clear(PyObject* self, PyObject*) {
  const Py_ssize_t length = lengthOf(self);
  return length < 0 ? nullptr : noneOrRaise(spliceOnce(self, 0, length, 0));
}

PyObject* repeatInPlace(PyObject* self, Py_ssize_t times) {
  auto list = snapshot(self);
  PyRef all = list ? PyRef::steal(PySequence_Repeat(list->get(), times)) : PyRef();
  if (!list) return orRaise(std::move(list));
  if (!all) return nullptr;
  auto stored = splice(self, 0, PyList_GET_SIZE(list->get()), all.get());
  if (stored) return Py_NewRef(self);
  return noneOrRaise(std::move(stored));
}

}  // namespace

void addMutableArrayParts(TypeParts& parts) {
  parts.slot(Py_mp_ass_subscript, setItem);
  parts.slot(Py_sq_inplace_concat, extendInPlace);
  parts.slot(Py_sq_inplace_repeat, repeatInPlace);
  parts.method("append", append, METH_O, "append($self, item, /)\n--\n\nAdds an item at the end.");
  parts.method("extend", extend, METH_O,
               "extend($self, items, /)\n--\n\nAdds all items at the end.");
  parts.method("insert", insert, METH_VARARGS,
               "insert($self, index, item, /)\n--\n\nAdds an item before `index`.");
  parts.method("pop", pop, METH_VARARGS,
               "pop($self, index=-1, /)\n--\n\nRemoves and returns an item.");
  parts.method("clear", clear, METH_NOARGS, "clear($self)\n--\n\nRemoves all items.");
}

}  // namespace krait
