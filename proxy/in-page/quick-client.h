#pragma once

#include <optional>
#include <span>

#include "kernel/conversion.h"
#include "kernel/identity-map.h"
#include "proxy/in-page/frame-codec.h"

namespace krait {

/// Asks JavaScript what Python programs ask again and again, by shorter ways than FrameClient's and
/// with the same meaning: ops whose arguments are immediate values or JavaScript's own objects. The
/// rest is left to FrameClient (docs/decisions/0010-quick-calls.md).
class QuickClient {
 public:
  static constexpr size_t kMaxArguments = 6;
  static constexpr size_t kMaxNames = 4096;

  QuickClient(FrameStack& stack, Conversion& conversion) : stack_(stack), conversion_(conversion) {}

  /// How the question ended: a code as of QuickCalls, with what there is to read in the frame.
  /// Empty: nothing was asked.
  std::optional<uint32_t> ask(wire::Op op, Handle target, std::span<PyObject* const> arguments,
                              Frame& frame);
  /// A call whose arguments are neither text nor other objects of Python's. `frame` has a slot for
  /// each.
  std::optional<uint32_t> call(Handle function, std::span<PyObject* const> arguments, bool isBound,
                               uint32_t frame);
  std::optional<uint32_t> item(Handle target, int32_t position, Frame& frame);
  /// The value of a code that is a tag.
  Result<PyRef> value(uint32_t code, uint32_t frame);
  /// The number in slot 0 as a new reference; null with the Python error set.
  PyObject* integer(uint32_t frame);
  /// To be called when JavaScript has begun anew: it knows no names.
  void forgetNames();

 private:
  bool isServed();
  bool writePlain(PyObject* object, uint32_t frame, uint32_t position);
  bool write(PyObject* object, Frame& frame, uint32_t position);
  bool writeAll(std::span<PyObject* const> arguments, Frame& frame);
  uint32_t nameNumber(PyObject* name, Frame& frame);

  FrameStack& stack_;
  Conversion& conversion_;
  std::optional<bool> isServed_;
  IdentityMap numbers_;
  std::vector<PyRef> names_ = std::vector<PyRef>(1);  // 0 is none
};

}  // namespace krait
