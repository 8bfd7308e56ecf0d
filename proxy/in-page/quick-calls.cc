#include "proxy/in-page/quick-calls.h"

#include <algorithm>
#include <array>

#include "kernel/operations/operation.h"
#include "proxy/in-page/kernel.h"

namespace krait {

namespace {

uint32_t ended(wire::QuickEnd end) { return QuickCalls::kEnded | static_cast<uint32_t>(end); }

uint32_t tagOf(wire::ValueTag tag) { return static_cast<uint32_t>(tag); }

/// A new reference or null as a result.
Result<PyRef> resultOf(PyObject* object) {
  if (object == nullptr) return takePythonError();
  return PyRef::steal(object);
}

/// What is negative on failure as a result: none.
Result<PyRef> resultOf(int status) {
  if (status < 0) return takePythonError();
  return PyRef::borrow(Py_None);
}

/// Whether both are the method of the same object by the same function (PX-attr.cache).
bool isSameMethod(PyObject* left, PyObject* right) {
  if (Py_TYPE(left) != Py_TYPE(right)) return false;
  if (PyMethod_Check(left)) {
    return PyMethod_GET_SELF(left) == PyMethod_GET_SELF(right) &&
           PyMethod_GET_FUNCTION(left) == PyMethod_GET_FUNCTION(right);
  }
  if (!PyCFunction_CheckExact(left)) return false;
  return PyCFunction_GET_SELF(left) == PyCFunction_GET_SELF(right) &&
         PyCFunction_GET_FUNCTION(left) == PyCFunction_GET_FUNCTION(right);
}

}  // namespace

/// What one request works with, each with a reference.
class QuickCalls::Operands {
 public:
  Operands() = default;
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;
  ~Operands() { clear(); }

  /// Reads the target and the first `count` slots, at most `kMaxArguments`. False when the request
  /// has to be left to the dispatcher, which can then read them again: no handle was taken over,
  /// and no Python error is set.
  bool read(InPageKernel& kernel, Handle target, uint32_t frame, uint32_t count);
  PyObject* object() const { return objects_[0]; }
  /// CPython may use the place before them.
  PyObject** values() { return objects_.data() + 1; }
  /// Drops the references, which may run Python: before the answer is written.
  void clear() {
    while (count_ > 0) Py_DECREF(objects_[--count_]);
  }

 private:
  PyObject* readSlot(InPageKernel& kernel, const Slot& slot);

  uint32_t count_ = 0;
  std::array<PyObject*, kMaxArguments + 1> objects_;
};

bool QuickCalls::Operands::read(InPageKernel& kernel, Handle target, uint32_t frame,
                                uint32_t count) {
  const bool isUsual = kernel.frames().holds(frame, std::max(count, kMinSlots)) &&
                       Py_IsInitialized() && !kernel.parts().dispatcher.isFull();
  if (!isUsual) return false;
  PyObject* const object = kernel.table().peek(target);
  if (object == nullptr) return false;
  objects_[count_++] = Py_NewRef(object);
  for (uint32_t position = 0; position < count; position++) {
    PyObject* const value = readSlot(kernel, kernel.frames().load(frame, position));
    if (value == nullptr) {
      PyErr_Clear();  // the dispatcher meets it again
      clear();
      return false;
    }
    objects_[count_++] = value;
  }
  return true;
}

/// A new reference, or null.
PyObject* QuickCalls::Operands::readSlot(InPageKernel& kernel, const Slot& slot) {
  switch (static_cast<wire::ValueTag>(slot.tag)) {
    case wire::ValueTag::NONE:
    case wire::ValueTag::UNDEFINED:
      return Py_None;  // immortal, as are True and False
    case wire::ValueTag::BOOL:
      return slot.aux != 0 ? Py_True : Py_False;
    case wire::ValueTag::INT: {
      const double number = slot.number();
      if (!(number >= INT32_MIN && number <= INT32_MAX)) return nullptr;
      const auto integer = static_cast<int32_t>(number);
      return integer == number ? PyLong_FromLong(integer) : nullptr;
    }
    case wire::ValueTag::FLOAT:
      return PyFloat_FromDouble(slot.number());
    case wire::ValueTag::TEXT: {
      const bool isShort = slot.hi == static_cast<uint32_t>(wire::TextEncoding::LATIN1) &&
                           slot.aux <= ShortTexts::kMaxBytes &&
                           kernel.memory().holds(slot.lo, slot.aux);
      if (!isShort) return nullptr;
      return Py_XNewRef(kernel.conversion().texts().find({kernel.memory().at(slot.lo), slot.aux}));
    }
    case wire::ValueTag::YOURS:
      return Py_XNewRef(kernel.table().peek(slot.handle()));
    default:
      return nullptr;
  }
}

/// One request of a quick call, counted in for as long as it runs.
class QuickCalls::Turn {
 public:
  explicit Turn(InPageKernel& kernel) : kernel_(kernel), turn_(kernel.parts().dispatcher) {
    kernel_.depth_++;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    kernel_.depth_--;
    if (kernel_.depth_ == 0) kernel_.objects().releaseRetired();
  }

 private:
  InPageKernel& kernel_;
  Dispatcher::Turn turn_;
};

uint32_t QuickCalls::nameIn(uint32_t frame) {
  if (names_.size() > kMaxNames || !kernel_.frames().holds(frame, kMinSlots)) return 0;
  const FrameReader slots(kernel_.frames(), frame, 1);
  const ValueReader& value = slots.at(0);
  if (value.tag() != wire::ValueTag::TEXT) return 0;
  auto name = kernel_.conversion().name(value.text());
  if (!name) return 0;
  names_.push_back(*std::move(name));
  return static_cast<uint32_t>(names_.size() - 1);
}

uint32_t QuickCalls::call(Handle target, uint32_t frame, uint32_t count) {
  Operands operands;
  if (count > kMaxArguments || !operands.read(kernel_, target, frame, count)) {
    return general(wire::Op::CALL, target, frame, count);
  }
  const Turn turn(kernel_);
  PyObject* const callable = operands.object();
  auto result = resultOf(PyObject_Vectorcall(callable, operands.values(),
                                             count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
  if (result && PyCoro_CheckExact(result->get())) {
    result = startedCoroutine(callable, *std::move(result));
  }
  operands.clear();
  return answer(std::move(result), frame);
}

uint32_t QuickCalls::getAttr(Handle target, uint32_t frame, uint32_t name, Handle known) {
  Operands operands;
  PyObject* const attribute = this->name(name);
  if (attribute == nullptr || !operands.read(kernel_, target, frame, 0)) {
    return byName(wire::Op::GET_ATTR, target, frame, name, 0);
  }
  const Turn turn(kernel_);
  PyObject* value = nullptr;
  const int found = PyObject_GetOptionalAttr(operands.object(), attribute, &value);
  auto result = found < 0 ? Result<PyRef>(takePythonError()) : PyRef::steal(value);
  operands.clear();
  if (found == 0) return ended(wire::QuickEnd::MISS);
  if (found > 0 && known.index != 0) {
    PyObject* const former = kernel_.table().peek(known);
    if (former != nullptr && (former == value || isSameMethod(former, value))) {
      return ended(wire::QuickEnd::SAME);
    }
  }
  return answer(std::move(result), frame);
}

uint32_t QuickCalls::setAttr(Handle target, uint32_t frame, uint32_t name) {
  Operands operands;
  PyObject* const attribute = this->name(name);
  if (attribute == nullptr || !operands.read(kernel_, target, frame, 1)) {
    return byName(wire::Op::SET_ATTR, target, frame, name, 1);
  }
  const Turn turn(kernel_);
  auto result = resultOf(PyObject_SetAttr(operands.object(), attribute, operands.values()[0]));
  operands.clear();
  return answer(std::move(result), frame);
}

uint32_t QuickCalls::getItem(Handle target, uint32_t frame) {
  Operands operands;
  if (!operands.read(kernel_, target, frame, 1)) {
    return general(wire::Op::GET_ITEM, target, frame, 1);
  }
  const Turn turn(kernel_);
  PyObject* item = nullptr;
  const int found = PyMapping_GetOptionalItem(operands.object(), operands.values()[0], &item);
  const bool isMiss = found == 0 || (found < 0 && PyErr_ExceptionMatches(PyExc_IndexError));
  if (isMiss) PyErr_Clear();
  auto result = found < 0 && !isMiss ? Result<PyRef>(takePythonError()) : PyRef::steal(item);
  operands.clear();
  return isMiss ? ended(wire::QuickEnd::MISS) : answer(std::move(result), frame);
}

uint32_t QuickCalls::setItem(Handle target, uint32_t frame) {
  Operands operands;
  if (!operands.read(kernel_, target, frame, 2)) {
    return general(wire::Op::SET_ITEM, target, frame, 2);
  }
  const Turn turn(kernel_);
  auto result =
      resultOf(PyObject_SetItem(operands.object(), operands.values()[0], operands.values()[1]));
  operands.clear();
  return answer(std::move(result), frame);
}

PyObject* QuickCalls::name(uint32_t number) const {
  return number < names_.size() ? names_[number].get() : nullptr;
}

uint32_t QuickCalls::general(wire::Op op, Handle target, uint32_t frame, uint32_t count) {
  return codeOf(kernel_.dispatch(op, target, frame, count, 0), frame);
}

/// Puts the name in front of the values, where the dispatcher has it.
uint32_t QuickCalls::byName(wire::Op op, Handle target, uint32_t frame, uint32_t name,
                            uint32_t values) {
  PyObject* const text = this->name(name);
  if (text == nullptr || !kernel_.frames().holds(frame, kMinSlots)) {
    return kEnded | InPageKernel::kNoFrame;
  }
  if (values > 0) kernel_.frames().store(frame, 1, kernel_.frames().load(frame, 0));
  const TextOf written(text);
  SpilledBytes spilled(kernel_.memory());
  FrameWriter writer(kernel_.frames(), spilled, frame, 1);
  const uint32_t top = kernel_.frames().top();
  const bool fits = writer.next()->text(written.view());
  const uint32_t code =
      fits ? general(op, target, frame, 1 + values) : kEnded | InPageKernel::kNoFrame;
  kernel_.frames().setTop(top);
  return code;
}

uint32_t QuickCalls::answer(Result<PyRef> result, uint32_t frame) {
  FrameStack& frames = kernel_.frames();
  if (result) {
    PyObject* const object = result->get();
    if (Py_IsNone(object)) return tagOf(wire::ValueTag::NONE);
    if (PyLong_CheckExact(object) &&
        PyUnstable_Long_IsCompact(reinterpret_cast<PyLongObject*>(object))) {
      const auto number = static_cast<double>(
          PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject*>(object)));
      frames.store(frame, 0, Slot::ofNumber(wire::ValueTag::INT, number));
      return tagOf(wire::ValueTag::INT);
    }
    if (PyFloat_CheckExact(object)) {
      frames.store(frame, 0, Slot::ofNumber(wire::ValueTag::FLOAT, PyFloat_AS_DOUBLE(object)));
      return tagOf(wire::ValueTag::FLOAT);
    }
  }
  FrameWriter reply(frames, spilled(), frame, kMinSlots);
  auto outcome = result ? Result<Outcome>(Outcome{*std::move(result)}) : result.error();
  const auto status = kernel_.parts().dispatcher.answer(std::move(outcome), reply);
  return codeOf(static_cast<uint32_t>(status), frame);
}

/// Where the reply keeps its bytes: the caller's turn is still counted.
SpilledBytes& QuickCalls::spilled() {
  kernel_.depth_--;
  SpilledBytes& spilled = kernel_.spilledAtDepth();
  kernel_.depth_++;
  return spilled;
}

uint32_t QuickCalls::codeOf(uint32_t status, uint32_t frame) const {
  switch (status) {
    case static_cast<uint32_t>(wire::Status::RETURNED):
      return kernel_.frames().load(frame, 0).tag;
    case static_cast<uint32_t>(wire::Status::FAILED):
      return ended(wire::QuickEnd::FAILED);
    default:
      return kEnded | InPageKernel::kNoFrame;
  }
}

}  // namespace krait
