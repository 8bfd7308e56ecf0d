#pragma once

#include <vector>

#include "kernel/base/result.h"

namespace krait {

/// The arguments of Op `throwInto`, from those of a generator's `throw(type_or_value, value=None,
/// traceback=None)`.
struct Thrown {
  std::vector<PyRef> arguments;
  bool isGeneratorExit = false;  // to be asked as `close` (JP-generator)
};
Result<Thrown> thrownFrom(PyObject* typeOrValue, PyObject* value);

}  // namespace krait
