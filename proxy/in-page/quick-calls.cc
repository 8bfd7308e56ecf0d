#include "proxy/in-page/quick-calls.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/operations/operation.h"
#include "proxy/in-page/kernel.h"

namespace krait {

namespace {

uint32_t ended(wire::QuickEnd end) { return QuickCalls::kEnded | static_cast<uint32_t>(end); }

/// `PyObject_Vectorcall` without its checks of what the callee gives, which are for debugging.
PyObject* callVector(PyObject* callable, PyObject** arguments, size_t count) {
  PyTypeObject* const type = Py_TYPE(callable);
  const size_t offset = PyType_HasFeature(type, Py_TPFLAGS_HAVE_VECTORCALL)
                            ? static_cast<size_t>(type->tp_vectorcall_offset)
                            : 0;
  vectorcallfunc function = nullptr;
  if (offset != 0) {
    std::memcpy(static_cast<void*>(&function), reinterpret_cast<const char*>(callable) + offset,
                sizeof function);
  }
  const size_t flagged = count | PY_VECTORCALL_ARGUMENTS_OFFSET;
  return function != nullptr ? function(callable, arguments, flagged, nullptr)
                             : PyObject_Vectorcall(callable, arguments, flagged, nullptr);
}

/// Makes none of what is negative on failure: a new reference, or null.
PyObject* noneUnless(int status) { return status < 0 ? nullptr : Py_None; }

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

/// What one request works with, each with a reference: the target, then the values. Without a
/// destructor, nor has anything else on these ways: V8 makes slower code where calls unwind. What
/// unwinds here is the end of the kernel.
struct QuickCalls::Operands {
  PyObject* object() const { return objects[0]; }
  /// CPython may use the place before them.
  PyObject** values() { return objects.data() + 1; }

  std::array<PyObject*, kMaxArguments + 1> objects;
};

/// Reads the target and the first `count` slots, at most `kMaxArguments`. False when the request
/// has to be left to the dispatcher, which can then read them again: no handle was taken over,
/// and no Python error is set. An object that is in the table is proof that Python runs.
bool QuickCalls::begin(Operands& operands, Handle target, uint32_t frame, uint32_t count) {
  const bool isUsual = kernel_.frames().holds(frame, std::max(count, kMinSlots)) &&
                       !kernel_.parts().dispatcher.isFull();
  if (!isUsual) return false;
  PyObject* const object = kernel_.table().peek(target);
  if (object == nullptr) return false;
  operands.objects[0] = Py_NewRef(object);
  for (uint32_t position = 0; position < count; position++) {
    PyObject* const value = readSlot(kernel_.frames().load(frame, position));
    if (value == nullptr) {
      PyErr_Clear();  // the dispatcher meets it again
      drop(operands, position);
      return false;
    }
    operands.objects[position + 1] = value;
  }
  kernel_.depth_++;
  kernel_.parts().dispatcher.enter();
  return true;
}

/// Drops the references, which may run Python: before the answer is written.
void QuickCalls::drop(Operands& operands, uint32_t count) {
  for (uint32_t position = 0; position <= count; position++) Py_DECREF(operands.objects[position]);
}

/// Ends what was begun.
void QuickCalls::leave() {
  kernel_.parts().dispatcher.leave();
  kernel_.depth_--;
  if (kernel_.depth_ == 0) kernel_.objects().releaseRetired();
}

/// A new reference, or null.
PyObject* QuickCalls::readSlot(const Slot& slot) {
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
                           kernel_.memory().holds(slot.lo, slot.aux);
      if (!isShort) return nullptr;
      return Py_XNewRef(
          kernel_.conversion().texts().find({kernel_.memory().at(slot.lo), slot.aux}));
    }
    case wire::ValueTag::YOURS:
      return Py_XNewRef(kernel_.table().peek(slot.handle()));
    default:
      return nullptr;
  }
}

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
  if (count > kMaxArguments || !begin(operands, target, frame, count)) {
    return general(wire::Op::CALL, target, frame, count);
  }
  PyObject* const callable = operands.object();
  PyObject* result = callVector(callable, operands.values(), count);
  if (result != nullptr && PyCoro_CheckExact(result)) result = started(callable, result);
  drop(operands, count);
  return answer(result, frame);
}

uint32_t QuickCalls::getAttr(Handle target, uint32_t frame, uint32_t name, Handle known) {
  Operands operands;
  PyObject* const attribute = this->name(name);
  if (attribute == nullptr || !begin(operands, target, frame, 0)) {
    return byName(wire::Op::GET_ATTR, target, frame, name, 0);
  }
  PyObject* value = nullptr;
  const int found = PyObject_GetOptionalAttr(operands.object(), attribute, &value);
  drop(operands, 0);
  if (found == 0) return endWith(wire::QuickEnd::MISS);
  if (found > 0 && known.index != 0) {
    PyObject* const former = kernel_.table().peek(known);
    if (former != nullptr && (former == value || isSameMethod(former, value))) {
      Py_DECREF(value);
      return endWith(wire::QuickEnd::SAME);
    }
  }
  return answer(value, frame);
}

uint32_t QuickCalls::setAttr(Handle target, uint32_t frame, uint32_t name) {
  Operands operands;
  PyObject* const attribute = this->name(name);
  if (attribute == nullptr || !begin(operands, target, frame, 1)) {
    return byName(wire::Op::SET_ATTR, target, frame, name, 1);
  }
  PyObject* const done =
      noneUnless(PyObject_SetAttr(operands.object(), attribute, operands.values()[0]));
  drop(operands, 1);
  return answer(done, frame);
}

uint32_t QuickCalls::getItem(Handle target, uint32_t frame) {
  Operands operands;
  if (!begin(operands, target, frame, 1)) {
    return general(wire::Op::GET_ITEM, target, frame, 1);
  }
  PyObject* item = nullptr;
  const int found = PyMapping_GetOptionalItem(operands.object(), operands.values()[0], &item);
  const bool isMiss = found == 0 || (found < 0 && PyErr_ExceptionMatches(PyExc_IndexError));
  if (isMiss) PyErr_Clear();
  drop(operands, 1);
  return isMiss ? endWith(wire::QuickEnd::MISS) : answer(item, frame);
}

uint32_t QuickCalls::setItem(Handle target, uint32_t frame) {
  Operands operands;
  if (!begin(operands, target, frame, 2)) {
    return general(wire::Op::SET_ITEM, target, frame, 2);
  }
  PyObject* const done =
      noneUnless(PyObject_SetItem(operands.object(), operands.values()[0], operands.values()[1]));
  drop(operands, 2);
  return answer(done, frame);
}

/// The coroutine that a call gave, as what a program gets of it: a new reference, or null.
PyObject* QuickCalls::started(PyObject* callable, PyObject* coroutine) {
  auto result = startedCoroutine(callable, PyRef::steal(coroutine));
  if (result) return result->release();
  setPythonError(result.error());
  return nullptr;
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

/// Ends what was begun, with the value of a new reference, or with the Python error for null.
uint32_t QuickCalls::answer(PyObject* result, uint32_t frame) {
  if (result == nullptr) return answerGenerally(takePythonError(), frame);
  if (Py_IsNone(result)) return endWith(wire::ValueTag::NONE);
  Slot slot;
  if (PyLong_CheckExact(result) &&
      PyUnstable_Long_IsCompact(reinterpret_cast<PyLongObject*>(result))) {
    slot = Slot::ofNumber(
        wire::ValueTag::INT,
        static_cast<double>(PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject*>(result))));
  } else if (PyFloat_CheckExact(result)) {
    slot = Slot::ofNumber(wire::ValueTag::FLOAT, PyFloat_AS_DOUBLE(result));
  } else if (PyBool_Check(result)) {
    slot = Slot::of(wire::ValueTag::BOOL, Py_IsTrue(result) ? 1 : 0);
  } else {
    return answerGenerally(Outcome{PyRef::steal(result)}, frame);
  }
  Py_DECREF(result);
  kernel_.frames().store(frame, 0, slot);
  leave();
  return slot.tag;
}

uint32_t QuickCalls::answerGenerally(Result<Outcome> outcome, uint32_t frame) {
  FrameWriter reply(kernel_.frames(), spilled(), frame, kMinSlots);
  const auto status = kernel_.parts().dispatcher.answer(std::move(outcome), reply);
  leave();
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
