#pragma once

#include "kernel/base/result.h"
#include "kernel/values.h"

namespace krait {

/// The pending Python exception as an Error; clears it. `detail` is the name of the exception's
/// type: its text is made only when it is needed, since `__str__` may run any code.
Error takePythonError();

/// An Error of kind `limit` that is a RecursionError in Python (BY-nest).
Error recursionError(const char* detail);

/// Makes `error` the pending Python exception: its own exception if it carries one, else one that
/// fits its kind
/// (`staleHandle` RuntimeError, `limit` MemoryError, `noAttribute` AttributeError ...).
void setPythonError(Error error);

/// What a client is told of a failure.
struct Failure {
  wire::FailureKind kind;  // `python` for a JsException too (ER-round.js)
  PyRef typeName;  // str: qualified name of the exception's class without module (PE-type); empty:
                   // not Python's
  PyRef message;   // str: the traceback as Python prints it (PE-message), or `detail`
  uint32_t serial = 0;  // names the exception while it is the last one (PE-identity); 0: none
};

/// Keeps the last exception that left for the client, in `sys.last_exc` and its relatives
/// (PE-noref, PY-lastexc), and gives it back when the client throws the error into Python again
/// (ER-round.py).
class LastError {
 public:
  /// Formats `error` and, when it has an exception, makes that the last one. Never fails: what
  /// cannot be formatted is described plainly, and at worst left empty.
  Failure report(Error error);
  /// The exception with that serial, when it is still `sys.last_exc`; else empty.
  PyRef find(uint32_t serial) const;

 private:
  void remember(PyObject* exception);

  uint32_t serial_ = 0;
  const void* address_ = nullptr;  // of the exception; compared, never followed
};

}  // namespace krait
