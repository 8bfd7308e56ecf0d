#pragma once

#include <Python.h>

#include <cstdint>
#include <optional>

#include "kernel/base/handle.h"
#include "kernel/base/result.h"

namespace krait {

/// What the kernel needs to know about the client's objects. `proxy/` implements it with the
/// JsProxy type; unit tests of the kernel implement it with a plain class.
class ForeignObjects {
 public:
  virtual ~ForeignObjects() = default;
  /// A Python object that stands for the client's object. Takes over one introduction of `handle`.
  virtual Result<PyRef> wrap(Handle handle, uint32_t typeFlags) = 0;
  /// The client's handle when `object` stands for one of its objects.
  virtual std::optional<Handle> unwrap(PyObject* object) const = 0;
  /// The Python value of JavaScript `null` (a new reference).
  virtual PyRef jsNull() = 0;
  /// A Python int that comes back to the client as a BigInt (a new reference, or an error).
  virtual Result<PyRef> makeBigInt(PyRef integer) = 0;
  /// Whether `object` (an exact or derived int) must cross as a BigInt whatever its size.
  virtual bool isBigInt(PyObject* object) const = 0;
};

}  // namespace krait
