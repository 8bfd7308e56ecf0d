#include "proxy/js-positions.h"

#include "kernel/python-error.h"
#include "proxy/js-items.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

Error indexError(const char* text) {
  PyErr_SetString(PyExc_IndexError, text);
  return takePythonError();
}

Result<PyRef> askAt(wire::Op op, PyObject* self, Py_ssize_t position, const char* miss,
                    PyObject* value = nullptr) {
  if (position < 0) return indexError(miss);
  PyRef index = PyRef::steal(PyLong_FromSsize_t(position));
  if (!index) return takePythonError();
  auto answer = value ? ask(op, self, {index.get(), value}) : ask(op, self, {index.get()});
  if (answer) return answer;
  Error error = answer.error();
  return error.kind == wire::FailureKind::NO_ITEM ? indexError(miss) : std::move(error);
}

Result<void> withoutValue(Result<PyRef> answer) {
  if (!answer) return answer.error();
  return {};
}

}  // namespace

Result<Run> runOf(PyObject* self, PyObject* slice) {
  Run run;
  if (PySlice_Unpack(slice, &run.start, &run.stop, &run.step) < 0) return takePythonError();
  const Py_ssize_t length = lengthOf(self);
  if (length < 0) return takePythonError();
  run.count = PySlice_AdjustIndices(length, &run.start, &run.stop, run.step);
  return run;
}

Result<Py_ssize_t> positionOf(PyObject* self, PyObject* index) {
  if (!PyIndex_Check(index)) {
    PyErr_Format(PyExc_TypeError, "list indices must be integers or slices, not %s",
                 Py_TYPE(index)->tp_name);
    return takePythonError();
  }
  const Py_ssize_t position = PyNumber_AsSsize_t(index, PyExc_IndexError);
  if (position == -1 && PyErr_Occurred()) return takePythonError();
  if (position >= 0) return position;
  const Py_ssize_t length = lengthOf(self);
  if (length < 0) return takePythonError();
  return position + length;
}

Result<PyRef> itemAt(PyObject* self, Py_ssize_t position, const char* miss) {
  if (position < 0) return indexError(miss);
  if (Py_EnterRecursiveCall(" while using a JavaScript object")) return takePythonError();
  auto item = JsObjects::current().client().item(fieldsOf(self).handle, position);
  Py_LeaveRecursiveCall();
  if (item) return item;
  Error error = item.error();
  return error.kind == wire::FailureKind::NO_ITEM ? indexError(miss) : std::move(error);
}

Result<void> storeAt(PyObject* self, Py_ssize_t position, PyObject* value) {
  return withoutValue(
      askAt(wire::Op::SET_ITEM, self, position, "list assignment index out of range", value));
}

Result<void> removeAt(PyObject* self, Py_ssize_t position, const char* miss) {
  return withoutValue(askAt(wire::Op::DEL_ITEM, self, position, miss));
}

Result<PyRef> itemsOf(PyObject* self, const Run& run) {
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list) return takePythonError();
  for (Py_ssize_t i = 0; i < run.count; i++) {
    auto item = itemAt(self, run.start + i * run.step, "list index out of range");
    if (!item) return item;
    if (PyList_Append(list.get(), item->get()) < 0) return takePythonError();
  }
  return list;
}

Result<PyRef> arrayOf(PyObject* list) {
  return JsObjects::current().client().deepCopy(list, /*depth=*/1);
}

}  // namespace krait
