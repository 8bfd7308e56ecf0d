#include "kernel/python-error.h"
#include "proxy/js-iteration.h"
#include "proxy/js-promise.h"
#include "proxy/js-proxy.h"
#include "proxy/js-thrown.h"

namespace krait {

namespace {

/// The awaitable for a promise of `{done, value}`.
PyObject* itemOf(Result<PyRef> promise) {
  if (!promise) return orRaise(std::move(promise));
  return orRaise(callPromises("item_of", *std::move(promise)));
}

PyObject* iterate(PyObject* self) { return askOrRaise(wire::Op::AITER, self); }

PyObject* next(PyObject* self) { return itemOf(ask(wire::Op::ANEXT, self)); }

PyObject* send(PyObject* self, PyObject* value) {
  return itemOf(ask(wire::Op::ANEXT, self, {value}));
}

PyObject* throwInto(PyObject* self, PyObject* arguments) {
  PyObject *typeOrValue, *value = nullptr, *traceback = nullptr;
  if (!PyArg_ParseTuple(arguments, "O|OO:athrow", &typeOrValue, &value, &traceback)) return nullptr;
  auto thrown = thrownFrom(typeOrValue, value);
  if (!thrown) return orRaise(thrown.error());
  const auto& parts = thrown->arguments;
  if (thrown->isGeneratorExit) return itemOf(ask(wire::Op::CLOSE, self));
  if (parts.size() == 1) return itemOf(ask(wire::Op::THROW_INTO, self, {parts[0].get()}));
  return itemOf(ask(wire::Op::THROW_INTO, self, {parts[0].get(), parts[1].get(), parts[2].get()}));
}

PyObject* close(PyObject* self, PyObject*) {
  auto promise = ask(wire::Op::CLOSE, self);
  if (!promise) return orRaise(std::move(promise));
  return orRaise(callPromises("closed_of", *std::move(promise)));
}

}  // namespace

void addAsyncIterableParts(TypeParts& parts) { parts.slot(Py_am_aiter, iterate); }

void addAsyncIteratorParts(TypeParts& parts, bool isAsyncIterable) {
  if (!isAsyncIterable) parts.slot(Py_am_aiter, PyObject_SelfIter);
  parts.slot(Py_am_anext, next);
  parts.method(
      "asend", send, METH_O,
      "asend($self, value, /)\n--\n\nGoes on with `value`; an awaitable of the next item.");
}

void addAsyncGeneratorParts(TypeParts& parts) {
  parts.method("athrow", throwInto, METH_VARARGS,
               "athrow($self, error, value=None, traceback=None, /)\n--\n\n"
               "Raises `error` where the generator waits; an awaitable of the next item.");
  parts.method("aclose", close, METH_NOARGS,
               "aclose($self)\n--\n\nEnds the generator as by `return()`; an awaitable of None.");
}

}  // namespace krait
