#include "proxy/in-page/quick-client.h"

#include "proxy/in-page/imports.h"
#include "proxy/in-page/quick-calls.h"

namespace krait {

bool QuickClient::isServed() {
  if (!isServed_) isServed_ = krait_client_is_quick() != 0;
  return *isServed_;
}

void QuickClient::forgetNames() {
  isServed_.reset();
  numbers_.clear();
  names_.resize(1);
}

std::optional<uint32_t> QuickClient::ask(wire::Op op, Handle target,
                                         std::span<PyObject* const> arguments, Frame& frame) {
  if (!isServed() || arguments.size() > kMaxArguments) return std::nullopt;
  const auto count = static_cast<uint32_t>(arguments.size());
  switch (op) {
    case wire::Op::CALL:
    case wire::Op::CALL_BOUND:
      if (!writeAll(arguments, frame)) return std::nullopt;
      return krait_client_call(target.index, target.generation, frame.address(), count,
                               op == wire::Op::CALL_BOUND);
    case wire::Op::GET_ATTR: {
      const uint32_t name = nameNumber(arguments[0], frame);
      if (name == 0) return std::nullopt;
      return krait_client_get(target.index, target.generation, frame.address(), name);
    }
    case wire::Op::SET_ATTR: {
      const uint32_t name = nameNumber(arguments[0], frame);
      if (name == 0 || !write(arguments[1], frame, 0)) return std::nullopt;
      return krait_client_set(target.index, target.generation, frame.address(), name);
    }
    case wire::Op::NEXT:
      if (count > 0) return std::nullopt;
      return krait_client_next(target.index, target.generation, frame.address());
    default:
      return std::nullopt;
  }
}

std::optional<uint32_t> QuickClient::item(Handle target, int32_t position, Frame& frame) {
  if (!isServed()) return std::nullopt;
  return krait_client_item(target.index, target.generation, frame.address(), position);
}

Result<PyRef> QuickClient::value(uint32_t code, const Frame& frame) {
  const Slot slot = stack_.load(frame.address(), 0);
  if (code == static_cast<uint32_t>(wire::ValueTag::INT)) {
    const double number = slot.number();
    if (number >= INT32_MIN && number <= INT32_MAX) {
      const auto integer = static_cast<int32_t>(number);
      PyRef object = integer == number ? PyRef::steal(PyLong_FromLong(integer)) : PyRef();
      if (object) return object;
      PyErr_Clear();
    }
  }
  if (code == static_cast<uint32_t>(wire::ValueTag::UNDEFINED)) return PyRef::borrow(Py_None);
  const FrameReader reply(stack_, frame.address(), 1);
  return conversion_.read(reply.at(0));
}

bool QuickClient::writeAll(std::span<PyObject* const> arguments, Frame& frame) {
  uint32_t position = 0;
  for (PyObject* argument : arguments) {
    if (!write(argument, frame, position++)) return false;
  }
  return true;
}

/// False for what is no immediate value: nothing was handed over.
bool QuickClient::write(PyObject* object, Frame& frame, uint32_t position) {
  if (PyLong_CheckExact(object)) {
    auto* integer = reinterpret_cast<PyLongObject*>(object);
    if (!PyUnstable_Long_IsCompact(integer)) return false;
    const auto number = static_cast<double>(PyUnstable_Long_CompactValue(integer));
    stack_.store(frame.address(), position, Slot::ofNumber(wire::ValueTag::INT, number));
    return true;
  }
  if (PyFloat_CheckExact(object)) {
    stack_.store(frame.address(), position,
                 Slot::ofNumber(wire::ValueTag::FLOAT, PyFloat_AS_DOUBLE(object)));
    return true;
  }
  if (Py_IsNone(object)) {
    stack_.store(frame.address(), position, Slot::of(wire::ValueTag::NONE));
    return true;
  }
  if (PyBool_Check(object)) {
    stack_.store(frame.address(), position, Slot::of(wire::ValueTag::BOOL, Py_IsTrue(object)));
    return true;
  }
  if (PyUnicode_CheckExact(object)) {
    if (PyUnicode_GET_LENGTH(object) > static_cast<Py_ssize_t>(SlotWriter::kMaxStackBytes)) {
      return false;
    }
  } else if (!conversion_.foreign().unwrap(object)) {
    return false;
  }
  FrameWriter writer(stack_, frame.spilled(), frame.address(), position + 1, position);
  return static_cast<bool>(conversion_.write(object, *writer.next()));
}

/// JavaScript's number for an attribute name, told at the first time; 0 when there is no room for
/// more.
uint32_t QuickClient::nameNumber(PyObject* name, Frame& frame) {
  const uint32_t known = numbers_.find(name);
  if (known != IdentityMap::kAbsent) return known;
  if (names_.size() > kMaxNames || !PyUnicode_CHECK_INTERNED(name)) return 0;
  FrameWriter writer(stack_, frame.spilled(), frame.address(), 1);
  if (!conversion_.write(name, *writer.next())) return 0;
  const auto number = static_cast<uint32_t>(names_.size());
  if (krait_client_name(number, frame.address()) == 0) return 0;
  numbers_.insert(name, number);
  names_.push_back(PyRef::borrow(name));
  return number;
}

}  // namespace krait
