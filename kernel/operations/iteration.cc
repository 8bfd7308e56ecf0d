#include <algorithm>
#include <array>

#include "kernel/graph.h"
#include "kernel/operations/operation.h"

namespace krait {

namespace {

/// Items that one batch holds at most, whatever the client asks for.
constexpr int32_t kMaxBatch = 1 << 16;

/// Whether values are sent to the object and come back at once. (The slot of asynchronous
/// generators is for `await`.)
bool hasSend(PyObject* object) {
  const PyAsyncMethods* async = Py_TYPE(object)->tp_as_async;
  if (async != nullptr && async->am_anext != nullptr) return false;
  if (async != nullptr && async->am_send != nullptr) return true;
  return PyObject_HasAttrString(object, "send") == 1;
}

/// A method of a generator, whose end is the exception StopIteration.
Result<Outcome> outcomeOfStep(PyObject* result) {
  if (result != nullptr) return Outcome{PyRef::steal(result)};
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return takePythonError();
  PyRef stop = PyRef::steal(PyErr_GetRaisedException());
  PyRef value = PyRef::steal(PyObject_GetAttrString(stop.get(), "value"));
  if (!value) return takePythonError();
  return Outcome{std::move(value), wire::Status::STOPPED};
}

Result<Outcome> advance(PyObject* iterator, PyObject* sent) {
  PyObject* result = nullptr;
  const PySendResult status = PyIter_Send(iterator, sent, &result);
  if (status == PYGEN_ERROR) return takePythonError();
  const bool isEnd = status == PYGEN_RETURN;
  return Outcome{PyRef::steal(result), isEnd ? wire::Status::STOPPED : wire::Status::RETURNED};
}

Result<Outcome> notAnIterator(PyObject* object) {
  PyErr_Format(PyExc_TypeError, "'%s' object is not an iterator", Py_TYPE(object)->tp_name);
  return takePythonError();
}

/// Whether taking an item runs no code but CPython's own, so that taking it early cannot be seen,
/// and an error (a dict that changed size) comes again at the next step.
bool isPureIterator(PyObject* object) {
  static const std::array pure = {
      &PyListIter_Type,         &PyListRevIter_Type,     &PyTupleIter_Type,
      &PyRangeIter_Type,        &PyLongRangeIter_Type,   &PyDictIterKey_Type,
      &PyDictIterValue_Type,    &PyDictIterItem_Type,    &PyDictRevIterKey_Type,
      &PyDictRevIterValue_Type, &PyDictRevIterItem_Type, &PySetIter_Type,
      &PyBytesIter_Type,        &PyByteArrayIter_Type,   &PyUnicodeIter_Type};
  return std::find(pure.begin(), pure.end(), Py_TYPE(object)) != pure.end();
}

/// Takes up to `count` items. `STOPPED`: the iterator ended.
Result<Outcome> takeItems(PyObject* iterator, int32_t count) {
  PyRef items = PyRef::steal(PyList_New(0));
  if (!items) return takePythonError();
  while (PyList_GET_SIZE(items.get()) < count) {
    PyRef item = PyRef::steal(PyIter_Next(iterator));
    if (!item && !PyErr_Occurred()) return Outcome{std::move(items), wire::Status::STOPPED};
    if (!item && PyList_GET_SIZE(items.get()) == 0) return takePythonError();
    if (!item) return PyErr_Clear(), Outcome{std::move(items)};
    if (PyList_Append(items.get(), item.get()) < 0) return takePythonError();
  }
  return Outcome{std::move(items)};
}

/// The asynchronous method when the object has it, else the synchronous one.
const char* methodFor(PyObject* object, const char* asynchronous, const char* synchronous) {
  return PyObject_HasAttrString(object, asynchronous) == 1 ? asynchronous : synchronous;
}

}  // namespace

Result<Outcome> iter(Operands& operands) { return outcomeOf(PyObject_GetIter(operands.target)); }

Result<Outcome> next(Operands& operands) {
  auto sent = operands.arguments.optional();
  if (!sent) return sent.error();
  const bool sends = *sent && !Py_IsNone(sent->get()) && hasSend(operands.target);
  if (sends) return advance(operands.target, sent->get());
  if (!PyIter_Check(operands.target)) return notAnIterator(operands.target);
  return advance(operands.target, Py_None);
}

Result<Outcome> nextBatch(Operands& operands) {
  auto count = operands.arguments.integer();
  if (!count) return count.error();
  if (!PyIter_Check(operands.target)) return notAnIterator(operands.target);
  const int32_t most = isPureIterator(operands.target) ? std::clamp(*count, 1, kMaxBatch) : 1;
  auto items = takeItems(operands.target, most);
  if (!items) return items;
  auto graph = std::make_unique<GraphReply>();
  auto records = writeGraph(items->value.get(), /*depth=*/1, operands.conversion, &graph->alive);
  if (!records) return records.error();
  graph->records = std::move(*records);
  return Outcome{{}, items->status, std::move(graph)};
}

Result<Outcome> send(Operands& operands) {
  auto sent = operands.arguments.next();
  if (!sent) return sent.error();
  if (hasSend(operands.target)) return advance(operands.target, sent->get());
  PyRef name = PyRef::steal(PyUnicode_InternFromString("asend"));
  if (!name) return takePythonError();
  return outcomeOf(PyObject_CallMethodOneArg(operands.target, name.get(), sent->get()));
}

Result<Outcome> throwInto(Operands& operands) {
  auto exception = operands.arguments.next();
  if (!exception) return exception.error();
  const char* method = methodFor(operands.target, "athrow", "throw");
  return outcomeOfStep(PyObject_CallMethod(operands.target, method, "O", exception->get()));
}

Result<Outcome> close(Operands& operands) {
  auto value = operands.arguments.optional();
  if (!value) return value.error();
  const char* method = methodFor(operands.target, "athrow", "throw");
  PyRef exit = PyRef::steal(PyObject_CallNoArgs(PyExc_GeneratorExit));
  if (!exit) return takePythonError();
  PyObject* result = PyObject_CallMethod(operands.target, method, "O", exit.get());
  if (result != nullptr || !PyErr_ExceptionMatches(PyExc_GeneratorExit))
    return outcomeOfStep(result);
  PyErr_Clear();
  return Outcome{*value ? std::move(*value) : PyRef::borrow(Py_None), wire::Status::STOPPED};
}

Result<Outcome> aiter(Operands& operands) { return outcomeOf(PyObject_GetAIter(operands.target)); }

Result<Outcome> anext(Operands& operands) {
  auto sent = operands.arguments.optional();
  if (!sent) return sent.error();
  const bool sends =
      *sent && !Py_IsNone(sent->get()) && PyObject_HasAttrString(operands.target, "asend") == 1;
  if (sends) return outcomeOf(PyObject_CallMethod(operands.target, "asend", "O", sent->get()));
  const PyAsyncMethods* async = Py_TYPE(operands.target)->tp_as_async;
  if (async == nullptr || async->am_anext == nullptr) {
    PyErr_Format(PyExc_TypeError, "'%s' object is not an async iterator",
                 Py_TYPE(operands.target)->tp_name);
    return takePythonError();
  }
  return outcomeOf(async->am_anext(operands.target));
}

}  // namespace krait
