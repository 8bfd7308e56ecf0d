#pragma once

#include <span>

#include "kernel/conversion.h"
#include "kernel/python-error.h"

namespace krait {

/// Calls `write` with each value of a call of the client, in the order in which they cross:
/// positional ones, the values of `keywords` (a dict or null), its names. Ends with the first
/// failure.
template <typename Write>
Result<void> writeCallValues(std::span<PyObject* const> arguments, PyObject* keywords,
                             Write write) {
  for (PyObject* argument : arguments) {
    if (auto one = write(argument); !one) return one;
  }
  for (const bool isName : {false, true}) {
    PyObject *name, *value;
    for (Py_ssize_t at = 0; keywords && PyDict_Next(keywords, &at, &name, &value);) {
      if (auto one = write(isName ? name : value); !one) return one;
    }
  }
  return {};
}

/// The error that a failed call of the client came to: `thrown` is the JavaScript error, a text, or
/// nothing; `serial` that of a PythonError (ER-round.py), or 0.
Error clientError(wire::FailureKind kind, const ValueReader& thrown, uint32_t serial,
                  Conversion& conversion, const LastError& lastError);

/// The result of a client's answer: the value, or an empty PyRef and `*stopped` at the end of an
/// iterator.
Result<PyRef> clientResult(wire::Status status, const ValueReader& value, Conversion& conversion,
                           PyRef* stopped);

}  // namespace krait
