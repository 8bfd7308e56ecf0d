#include "proxy/js-iteration.h"

#include "kernel/python-error.h"
#include "proxy/js-promise.h"
#include "proxy/js-proxy.h"
#include "proxy/js-thrown.h"

namespace krait {

namespace {

void raiseStopIteration(PyObject* value) {
  PyRef stop = PyRef::steal(PyObject_CallOneArg(PyExc_StopIteration, value));
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
}

/// The yielded value, or null with StopIteration raised.
PyObject* stepOrRaise(Result<PyRef> step, const PyRef& stopped) {
  if (!stopped) return orRaise(std::move(step));
  raiseStopIteration(stopped.get());
  return nullptr;
}

PyObject* iterate(PyObject* self) { return askOrRaise(wire::Op::ITER, self); }

PyObject* next(PyObject* self) {
  PyRef stopped;
  auto step = ask(wire::Op::NEXT, self, {}, &stopped);
  if (stopped && Py_IsNone(stopped.get())) return nullptr;  // a plain end needs no exception
  return stepOrRaise(std::move(step), stopped);
}

PyObject* send(PyObject* self, PyObject* value) {
  PyRef stopped;
  auto step = ask(wire::Op::SEND, self, {value}, &stopped);
  return stepOrRaise(std::move(step), stopped);
}

Result<PyRef> askThrow(PyObject* self, PyObject* arguments, PyRef* stopped) {
  PyObject *typeOrValue, *value = nullptr, *traceback = nullptr;
  if (!PyArg_ParseTuple(arguments, "O|OO:throw", &typeOrValue, &value, &traceback)) {
    return takePythonError();
  }
  auto thrown = thrownFrom(typeOrValue, value);
  if (!thrown) return thrown.error();
  const auto& parts = thrown->arguments;
  if (thrown->isGeneratorExit) return ask(wire::Op::CLOSE, self, {}, stopped);
  if (parts.size() == 1) return ask(wire::Op::THROW_INTO, self, {parts[0].get()}, stopped);
  return ask(wire::Op::THROW_INTO, self, {parts[0].get(), parts[1].get(), parts[2].get()}, stopped);
}

PyObject* throwInto(PyObject* self, PyObject* arguments) {
  PyRef stopped;
  auto step = askThrow(self, arguments, &stopped);
  return stepOrRaise(std::move(step), stopped);
}

PyObject* close(PyObject* self, PyObject*) {
  PyRef stopped;
  auto step = ask(wire::Op::CLOSE, self, {}, &stopped);
  if (stopped) Py_RETURN_NONE;
  if (!step) return orRaise(std::move(step));
  PyErr_SetString(PyExc_RuntimeError, "JavaScript generator ignored return");
  return nullptr;
}

PyObject* enter(PyObject* self, PyObject*) { return Py_NewRef(self); }

PyObject* exit(PyObject* self, PyObject*) {
  auto disposed = ask(wire::Op::DISPOSE, self, {Py_False});
  if (!disposed) return orRaise(std::move(disposed));
  Py_RETURN_NONE;
}

PyObject* enterAsync(PyObject* self, PyObject*) {
  return orRaise(callPromises("entered", PyRef::borrow(self)));
}

PyObject* exitAsync(PyObject* self, PyObject*) {
  auto disposed = ask(wire::Op::DISPOSE, self, {Py_True});
  if (!disposed) return orRaise(std::move(disposed));
  return orRaise(callPromises("left", *std::move(disposed)));
}

}  // namespace

void addIterableParts(TypeParts& parts) { parts.slot(Py_tp_iter, iterate); }

void addIteratorParts(TypeParts& parts, bool isIterable) {
  if (!isIterable) parts.slot(Py_tp_iter, PyObject_SelfIter);
  parts.slot(Py_tp_iternext, next);
  parts.method("send", send, METH_O,
               "send($self, value, /)\n--\n\nGoes on with `value`; gives the next item.");
}

void addGeneratorParts(TypeParts& parts) {
  parts.method("throw", throwInto, METH_VARARGS,
               "throw($self, error, value=None, traceback=None, /)\n--\n\n"
               "Raises `error` where the generator waits; gives the next item.");
  parts.method("close", close, METH_NOARGS,
               "close($self)\n--\n\nEnds the generator as by `return()`.");
}

void addDisposableParts(TypeParts& parts) {
  parts.method("__enter__", enter, METH_NOARGS, "__enter__($self)\n--\n\nGives the object.");
  parts.method("__exit__", exit, METH_VARARGS,
               "__exit__($self, /, *error)\n--\n\nCalls the object's `[Symbol.dispose]`.");
}

void addAsyncDisposableParts(TypeParts& parts) {
  parts.method("__aenter__", enterAsync, METH_NOARGS,
               "__aenter__($self)\n--\n\nAn awaitable of the object.");
  parts.method("__aexit__", exitAsync, METH_VARARGS,
               "__aexit__($self, /, *error)\n--\n\nCalls the object's `[Symbol.asyncDispose]`.");
}

}  // namespace krait
