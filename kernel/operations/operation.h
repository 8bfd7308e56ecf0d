#pragma once

#include <memory>
#include <vector>

#include "kernel/buffer-views.h"
#include "kernel/operations/arguments.h"
#include "kernel/python-error.h"

namespace krait {

/// A reply that crosses as a deep copy.
struct GraphReply {
  std::vector<uint8_t> records;
  std::vector<PyRef> alive;  // see writeGraph
};

/// What an operation came to: a Python object that is converted, or a graph that is ready.
struct Outcome {
  PyRef value = {};
  wire::Status status = wire::Status::RETURNED;
  std::unique_ptr<GraphReply> graph = {};
};

/// What an operation works with.
struct Operands {
  PyObject* target;  // held by the dispatcher; null when the operation ignores it
  Arguments& arguments;
  Conversion& conversion;
  BufferViews& views;
};

/// Runs one op of the vocabulary against the object protocol. An error carries its exception;
/// `noAttribute` and `noItem` do without one.
using Operation = Result<Outcome> (*)(Operands&);

/// How an op is run. `run` is null for ops that Python objects do not have.
struct OperationRow {
  Operation run = nullptr;
  bool needsTarget = true;
};

/// The row of `op`; of an unknown one a row without `run`.
OperationRow operationOf(wire::Op op);

/// The outcome of a C API call that gives a new reference, or its error.
inline Result<Outcome> outcomeOf(PyObject* result) {
  if (result == nullptr) return takePythonError();
  return Outcome{PyRef::steal(result)};
}

/// The outcome of a C API call that gives a negative number on failure, and nothing else.
inline Result<Outcome> outcomeOfStatus(int status) {
  if (status < 0) return takePythonError();
  return Outcome{PyRef::borrow(Py_None)};
}

/// The outcome of a C API call that answers yes, no or failure.
inline Result<Outcome> outcomeOfAnswer(int answer) {
  if (answer < 0) return takePythonError();
  return Outcome{PyRef::borrow(answer != 0 ? Py_True : Py_False)};
}

// attributes.cc
/// An attribute by its name. A missing one fails with `noAttribute`.
Result<PyRef> attributeOf(PyObject* target, PyObject* name);
Result<Outcome> getAttr(Operands& operands);
Result<Outcome> setAttr(Operands& operands);
Result<Outcome> delAttr(Operands& operands);
Result<Outcome> hasAttr(Operands& operands);
Result<Outcome> dir(Operands& operands);
// items.cc
Result<Outcome> getItem(Operands& operands);
Result<Outcome> setItem(Operands& operands);
Result<Outcome> delItem(Operands& operands);
Result<Outcome> contains(Operands& operands);
Result<Outcome> length(Operands& operands);
// calls.cc
Result<Outcome> call(Operands& operands);
Result<Outcome> callMethod(Operands& operands);
Result<Outcome> await(Operands& operands);
/// What a call that gave a coroutine gives to the client: of an `async def` a future that runs
/// already (PX-coroutine), else the coroutine.
Result<PyRef> startedCoroutine(PyObject* callable, PyRef coroutine);
/// As `callMethod`, with the name at hand.
Result<Outcome> callMethodNamed(Operands& operands, PyObject* name);
// members.cc
/// What the object's sync proxy has under the name, methods of the proxy itself aside.
Result<PyRef> memberOf(PyObject* target, PyObject* name);
Result<Outcome> getMember(Operands& operands);
Result<Outcome> setMember(Operands& operands);
Result<Outcome> delMember(Operands& operands);
Result<Outcome> callMember(Operands& operands);
// iteration.cc
Result<Outcome> iter(Operands& operands);
Result<Outcome> next(Operands& operands);
Result<Outcome> nextBatch(Operands& operands);
Result<Outcome> send(Operands& operands);
Result<Outcome> throwInto(Operands& operands);
Result<Outcome> close(Operands& operands);
Result<Outcome> aiter(Operands& operands);
Result<Outcome> anext(Operands& operands);
// inspection.cc
Result<Outcome> truth(Operands& operands);
Result<Outcome> repr(Operands& operands);
Result<Outcome> str(Operands& operands);
Result<Outcome> typeName(Operands& operands);
Result<Outcome> hash(Operands& operands);
Result<Outcome> compare(Operands& operands);
Result<Outcome> isInstance(Operands& operands);
Result<Outcome> identity(Operands& operands);
Result<Outcome> flags(Operands& operands);
Result<Outcome> stats(Operands& operands);
// copies.cc
Result<Outcome> toNative(Operands& operands);
Result<Outcome> fromGraph(Operands& operands);
// buffers.cc
Result<Outcome> getBuffer(Operands& operands);
Result<Outcome> releaseBuffer(Operands& operands);
// programs.cc
Result<Outcome> importModule(Operands& operands);
Result<Outcome> eval(Operands& operands);
Result<Outcome> evalAsync(Operands& operands);

}  // namespace krait
