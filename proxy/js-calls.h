#pragma once

#include "kernel/base/result.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// JP-callable: calls, `new`, use as a method.
void addCallableParts(TypeParts& parts);

/// The vectorcall of a JavaScript function (CL-args, CL-kwargs).
PyObject* callProxy(PyObject* self, PyObject* const* arguments, size_t countAndFlag,
                    PyObject* keywordNames);

}  // namespace krait
