#include "proxy/in-page/quick-client.h"

#include "kernel/python-error.h"
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

std::optional<uint32_t> QuickClient::call(Handle function, std::span<PyObject* const> arguments,
                                          bool isBound, uint32_t frame) {
  if (!isServed() || arguments.size() > kMaxArguments) return std::nullopt;
  uint32_t position = 0;
  for (PyObject* argument : arguments) {
    if (!writePlain(argument, frame, position++)) return std::nullopt;
  }
  return krait_client_call(function.index, function.generation, frame, position, isBound);
}

Result<PyRef> QuickClient::value(uint32_t code, uint32_t frame) {
  if (code == static_cast<uint32_t>(wire::ValueTag::INT)) {
    PyRef object = PyRef::steal(integer(frame));
    if (!object) return takePythonError();
    return object;
  }
  if (code == static_cast<uint32_t>(wire::ValueTag::UNDEFINED)) return PyRef::borrow(Py_None);
  const FrameReader reply(stack_, frame, 1);
  return conversion_.read(reply.at(0));
}

PyObject* QuickClient::integer(uint32_t frame) {
  const double number = stack_.load(frame, 0).number();
  if (number >= INT32_MIN && number <= INT32_MAX) {
    const auto integer = static_cast<int32_t>(number);
    if (integer == number) return PyLong_FromLong(integer);
  }
  auto object = intFrom(number);
  if (object) return object->release();
  setPythonError(object.error());
  return nullptr;
}

bool QuickClient::writeAll(std::span<PyObject* const> arguments, Frame& frame) {
  uint32_t position = 0;
  for (PyObject* argument : arguments) {
    if (!write(argument, frame, position++)) return false;
  }
  return true;
}

/// False for text and for what is no immediate value.
bool QuickClient::writePlain(PyObject* object, uint32_t frame, uint32_t position) {
  if (PyLong_CheckExact(object)) {
    auto* integer = reinterpret_cast<PyLongObject*>(object);
    if (!PyUnstable_Long_IsCompact(integer)) return false;
    const auto number = static_cast<double>(PyUnstable_Long_CompactValue(integer));
    stack_.store(frame, position, Slot::ofNumber(wire::ValueTag::INT, number));
  } else if (PyFloat_CheckExact(object)) {
    stack_.store(frame, position, Slot::ofNumber(wire::ValueTag::FLOAT, PyFloat_AS_DOUBLE(object)));
  } else if (Py_IsNone(object)) {
    stack_.store(frame, position, Slot::of(wire::ValueTag::NONE));
  } else if (PyBool_Check(object)) {
    stack_.store(frame, position, Slot::of(wire::ValueTag::BOOL, Py_IsTrue(object)));
  } else if (const auto home = conversion_.foreign().unwrap(object)) {
    stack_.store(frame, position,
                 Slot::of(wire::ValueTag::YOURS, 0, home->index, home->generation));
  } else {
    return false;
  }
  return true;
}

/// As `writePlain`, and text that fits in the frame.
bool QuickClient::write(PyObject* object, Frame& frame, uint32_t position) {
  if (!PyUnicode_CheckExact(object)) return writePlain(object, frame.address(), position);
  if (PyUnicode_GET_LENGTH(object) > static_cast<Py_ssize_t>(SlotWriter::kMaxStackBytes)) {
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
