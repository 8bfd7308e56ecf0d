#pragma once

#include <vector>

#include "kernel/dispatcher.h"
#include "proxy/in-page/frame-codec.h"

namespace krait {

class InPageKernel;

/// Answers what programs ask again and again, by shorter ways than the dispatcher's and with the
/// same meaning. What is unusual about a request is found before anything is done, and the request
/// left to the dispatcher (docs/decisions/0010-quick-calls.md).
///
/// An answer is the ValueTag of the value in slot 0, or `kEnded` and a QuickEnd. Frames are as in
/// `dispatch`.
class QuickCalls {
 public:
  static constexpr uint32_t kEnded = 0x100;
  /// Calls with more go the long way.
  static constexpr uint32_t kMaxArguments = 6;
  /// Names beyond this are not kept; they are asked by text.
  static constexpr size_t kMaxNames = 4096;

  explicit QuickCalls(InPageKernel& kernel) : kernel_(kernel) {}

  /// A number for the attribute name in slot 0, or 0 when there is no room for more.
  uint32_t nameIn(uint32_t frame);

  uint32_t call(Handle target, uint32_t frame, uint32_t count);
  /// `known` is what the client has in place of the attribute from an earlier time: if the value is
  /// still that, or the same method of the same object, the end is `same`.
  uint32_t getAttr(Handle target, uint32_t frame, uint32_t name, Handle known);
  /// The value is in slot 0.
  uint32_t setAttr(Handle target, uint32_t frame, uint32_t name);
  /// The key is in slot 0.
  uint32_t getItem(Handle target, uint32_t frame);
  /// Key and value are in slots 0 and 1.
  uint32_t setItem(Handle target, uint32_t frame);

 private:
  struct Operands;

  bool begin(Operands& operands, Handle target, uint32_t frame, uint32_t count);
  static void drop(Operands& operands, uint32_t count);
  void leave();
  uint32_t endWith(wire::QuickEnd end) {
    leave();
    return kEnded | static_cast<uint32_t>(end);
  }
  uint32_t endWith(wire::ValueTag tag) {
    leave();
    return static_cast<uint32_t>(tag);
  }
  PyObject* readSlot(const Slot& slot);
  static PyObject* started(PyObject* callable, PyObject* coroutine);
  PyObject* name(uint32_t number) const;
  uint32_t general(wire::Op op, Handle target, uint32_t frame, uint32_t count);
  uint32_t byName(wire::Op op, Handle target, uint32_t frame, uint32_t name, uint32_t values);
  uint32_t answer(PyObject* result, uint32_t frame);
  uint32_t answerGenerally(Result<Outcome> outcome, uint32_t frame);
  SpilledBytes& spilled();
  uint32_t codeOf(uint32_t status, uint32_t frame) const;

  InPageKernel& kernel_;
  std::vector<PyRef> names_ = std::vector<PyRef>(1);  // 0 is none
};

}  // namespace krait
