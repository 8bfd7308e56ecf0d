#pragma once

#include <string>
#include <vector>

#include "kernel/dispatcher.h"
#include "tests/unit/support/recorded-values.h"
#include "tests/unit/support/test-client.h"
#include "tests/unit/support/test-interpreter.h"

namespace krait::test {

/// How a request ended.
struct Answer {
  wire::Status status;
  Recorded value;            // of a request that did not fail
  Recorded failure[4] = {};  // kind, type name, message, serial
  wire::FailureKind kind() const { return static_cast<wire::FailureKind>(failure[0].number); }
};

/// A whole kernel with a client that can be looked into. At its end the test must have given back
/// every handle.
class TestKernel {
 public:
  TestKernel() : conversion(table, client), dispatcher(conversion, lastError) {}
  ~TestKernel();

  /// Exports the value of a Python expression, as if it had been sent to the client.
  Handle give(const std::string& expression);
  Handle give(PyObject* object);
  /// Asks and checks that the reply is whole: one value, or the four of a failure.
  Answer ask(wire::Op op, Handle target, std::vector<Recorded> arguments = {},
             uint32_t keywordCount = 0, size_t maxBytes = SIZE_MAX);
  /// `repr` of the object behind a handle that a reply introduced, which is given back.
  std::string take(const Recorded& mine);
  /// `repr` of the copy that a graph makes when it is read again.
  std::string reprOf(const Recorded& graph);

  TestInterpreter python;
  TestClient client;
  HandleTable table;
  Conversion conversion;
  LastError lastError;
  Dispatcher dispatcher;

 private:
  std::vector<Handle> given_;
};

}  // namespace krait::test
