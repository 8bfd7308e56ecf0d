#include "tests/unit/support/test-kernel.h"

#include <doctest/doctest.h>

#include "kernel/graph.h"

namespace krait::test {

TestKernel::~TestKernel() {
  for (const Handle handle : given_) dispatcher.release(handle, 1);
  CHECK(table.size() == 0);
}

Handle TestKernel::give(const std::string& expression) {
  return give(python.evaluate(expression).get());
}

Handle TestKernel::give(PyObject* object) {
  given_.push_back(*table.insert(PyRef::borrow(object)));
  return given_.back();
}

Answer TestKernel::ask(wire::Op op, Handle target, std::vector<Recorded> arguments,
                       uint32_t keywordCount, size_t maxBytes) {
  const RecordedArguments reader(std::move(arguments));
  RecordingReply reply(maxBytes);
  const wire::Status status = dispatcher.dispatch({op, target, reader, keywordCount}, reply);
  CHECK(reply.isWhole());
  CHECK(PyErr_Occurred() == nullptr);
  const bool isFailure = status == wire::Status::FAILED;
  REQUIRE(reply.values().size() == (isFailure ? 4 : 1));
  if (!isFailure) return {status, reply.values()[0]};
  Answer answer{status, {}};
  for (size_t i = 0; i < 4; i++) answer.failure[i] = reply.values()[i];
  return answer;
}

std::string TestKernel::take(const Recorded& mine) {
  REQUIRE(mine.tag == wire::ValueTag::MINE);
  PyRef repr = PyRef::steal(PyObject_Repr(*table.find(mine.handle)));
  dispatcher.release(mine.handle, 1);
  return textOf(repr.get());
}

std::string TestKernel::reprOf(const Recorded& graph) {
  REQUIRE(graph.tag == wire::ValueTag::GRAPH);
  auto copy = readGraph(graph.bytes, conversion);
  REQUIRE(copy);
  PyRef repr = PyRef::steal(PyObject_Repr(copy->get()));
  return textOf(repr.get());
}

}  // namespace krait::test
