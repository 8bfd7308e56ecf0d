#pragma once

#include "kernel/conversion.h"
#include "kernel/interpreter.h"
#include "kernel/python-error.h"
#include "proxy/in-page/frame-codec.h"

namespace krait {

/// The arguments of `krait_start` and `krait_refresh` (ARCHITECTURE.md, "The in-page ABI"). Fail
/// with `protocol`.
Result<InterpreterConfig> startConfigIn(const ArgumentReader& arguments);
Result<RefreshConfig> refreshConfigIn(const ArgumentReader& arguments);

/// The slots of a failure.
void writeFailure(const Failure& failure, ArgumentWriter& reply);
/// As above while Python does not run; `serial` is the exit status when Python ended itself.
void writePlainFailure(const Error& error, int serial, ArgumentWriter& reply);

}  // namespace krait
