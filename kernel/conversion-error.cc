#include "kernel/conversion-error.h"

#include "kernel/modules.h"
#include "kernel/python-error.h"

namespace krait {

Error conversionError(PyRef message) {
  if (!message) return takePythonError();
  auto type = moduleAttr("pyodide.ffi", "ConversionError");
  if (!type) return type.error();
  PyErr_SetObject(type->get(), message.get());
  return takePythonError();
}

}  // namespace krait
