#include "kernel/conversion.h"

#include <array>
#include <cmath>

#include "kernel/graph.h"
#include "kernel/python-error.h"
#include "kernel/type-flags.h"

namespace krait {

namespace {

Result<void> taken(bool byCarrier, const char* what, size_t byteLength) {
  if (byCarrier) return {};
  return Error{wire::FailureKind::LIMIT, std::string(what) + " of " + std::to_string(byteLength) +
                                             " bytes is longer than the carrier takes"};
}

/// Bytes of any `str` in any encoding of the wire, at most.
bool fitsOnWire(PyObject* str) {
  return static_cast<uint64_t>(PyUnicode_GET_LENGTH(str)) * PyUnicode_KIND(str) <= UINT32_MAX;
}

Result<void> writeText(PyObject* str, ValueWriter& writer) {
  if (!fitsOnWire(str)) return taken(false, "text", static_cast<size_t>(PyUnicode_GET_LENGTH(str)));
  const TextOf text(str);
  return taken(writer.text(text.view()), "text", text.view().byteLength);
}

Result<void> writeBigInt(PyObject* integer, ValueWriter& writer) {
  auto bytes = bigIntBytes(integer);
  if (!bytes) return bytes.error();
  return taken(writer.bigInt(*bytes), "int", bytes->size());
}

Result<PyRef> orPythonError(PyObject* object) {
  if (object == nullptr) return takePythonError();
  return PyRef::steal(object);
}

bool isShort(TextView text) {
  return text.encoding == wire::TextEncoding::LATIN1 && text.byteLength <= ShortTexts::kMaxBytes;
}

std::span<const uint8_t> bytesOf(TextView text) {
  return {static_cast<const uint8_t*>(text.data), text.byteLength};
}

}  // namespace

Result<void> Conversion::write(PyObject* object, ValueWriter& writer) {
  if (Py_IsNone(object)) {
    writer.none();
  } else if (PyBool_Check(object)) {
    writer.boolean(Py_IsTrue(object));
  } else if (PyUnicode_Check(object)) {
    return writeText(object, writer);
  } else if (PyLong_Check(object)) {
    const bool asBigInt = !PyLong_CheckExact(object) && foreign_.isBigInt(object);
    const auto number = asBigInt ? std::nullopt : safeInteger(object);
    if (!number) return writeBigInt(object, writer);
    writer.integer(*number);
  } else if (PyFloat_Check(object)) {
    writer.number(PyFloat_AS_DOUBLE(object));
  } else if (const auto home = foreign_.unwrap(object)) {
    writer.yours(*home);
  } else if (foreign_.jsNull().get() == object) {
    writer.jsNull();
  } else {
    auto exported = exportObject(object);
    if (!exported) return exported.error();
    writer.mine(exported->first, exported->second);
  }
  return {};
}

Result<PyRef> Conversion::read(const ValueReader& reader) {
  switch (reader.tag()) {
    case wire::ValueTag::NONE:
    case wire::ValueTag::UNDEFINED:
      return PyRef::borrow(Py_None);
    case wire::ValueTag::JS_NULL:
      return nullValue();
    case wire::ValueTag::BOOL:
      return PyRef::borrow(reader.boolean() ? Py_True : Py_False);
    case wire::ValueTag::INT:
      return intFrom(reader.number());
    case wire::ValueTag::FLOAT:
      return orPythonError(PyFloat_FromDouble(reader.number()));
    case wire::ValueTag::BIG_INT:
      return bigIntFrom(reader.bigInt());
    case wire::ValueTag::TEXT:
      return text(reader.text());
    case wire::ValueTag::BLOB:
      return orPythonError(
          PyBytes_FromStringAndSize(reinterpret_cast<const char*>(reader.blob().data()),
                                    static_cast<Py_ssize_t>(reader.blob().size())));
    case wire::ValueTag::YOURS: {
      auto object = table_.find(reader.handle());
      if (!object) return object.error();
      return PyRef::borrow(*object);
    }
    case wire::ValueTag::MINE:
      return foreign_.wrap(reader.handle(), reader.typeFlags());
    case wire::ValueTag::GRAPH:
      return readGraph(reader.blob(), *this);
    case wire::ValueTag::ABSENT:
      return Error{wire::FailureKind::PROTOCOL, "an argument that must be given is absent"};
  }
  return Error{wire::FailureKind::PROTOCOL, "a value has an unknown tag"};
}

void Conversion::discard(const ValueReader& reader) {
  if (reader.tag() == wire::ValueTag::MINE) {
    auto dropped = foreign_.wrap(reader.handle(), reader.typeFlags());
  } else if (reader.tag() == wire::ValueTag::GRAPH) {
    discardGraph(reader.blob(), *this);
  }
}

bool Conversion::isImmediate(PyObject* object) const {
  return Py_IsNone(object) || PyLong_Check(object) || PyUnicode_Check(object) ||
         PyFloat_Check(object) || foreign_.jsNull().get() == object;
}

Result<std::pair<Handle, uint32_t>> Conversion::exportObject(PyObject* object) {
  auto flags = typeFlagsOf(object);
  if (!flags) return flags.error();
  auto handle = table_.insert(PyRef::borrow(object));
  if (!handle) return handle.error();
  return std::pair(*handle, *flags);
}

Result<PyRef> Conversion::text(TextView text) {
  if (!isShort(text)) return strFrom(text);
  return orPythonError(Py_XNewRef(texts_.find(bytesOf(text))));
}

Result<PyRef> Conversion::name(TextView text) {
  if (isShort(text)) return orPythonError(Py_XNewRef(texts_.findName(bytesOf(text))));
  auto str = strFrom(text);
  if (!str) return str;
  PyObject* name = str->release();
  PyUnicode_InternInPlace(&name);
  return PyRef::steal(name);
}

PyRef Conversion::nullValue() const {
  return convertNullToNone_ ? PyRef::borrow(Py_None) : foreign_.jsNull();
}

Result<PyRef> Conversion::bigIntFrom(std::span<const uint8_t> bytes) {
  const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  PyRef integer =
      PyRef::steal(PyLong_FromNativeBytes(data, bytes.size(), Py_ASNATIVEBYTES_LITTLE_ENDIAN));
  if (!integer) return takePythonError();
  return foreign_.makeBigInt(std::move(integer));
}

std::optional<double> safeInteger(PyObject* integer) {
  const auto* value = reinterpret_cast<const PyLongObject*>(integer);
  if (PyUnstable_Long_IsCompact(value)) {
    return static_cast<double>(PyUnstable_Long_CompactValue(value));
  }
  int overflow = 0;
  const long long wide = PyLong_AsLongLongAndOverflow(integer, &overflow);
  if (overflow != 0 || wide > kMaxSafeInteger || wide < -kMaxSafeInteger) return std::nullopt;
  return static_cast<double>(wide);
}

namespace {

/// Takes away the upper bytes that only repeat the sign.
void shorten(std::vector<uint8_t>& bytes) {
  while (bytes.size() > 1) {
    const bool isNegative = (bytes[bytes.size() - 2] & 0x80) != 0;
    if (bytes.back() != (isNegative ? 0xff : 0)) return;
    bytes.pop_back();
  }
}

}  // namespace

Result<std::vector<uint8_t>> bigIntBytes(PyObject* integer) {
  std::vector<uint8_t> bytes(32);
  for (;;) {
    const Py_ssize_t needed =
        PyLong_AsNativeBytes(integer, bytes.data(), static_cast<Py_ssize_t>(bytes.size()),
                             Py_ASNATIVEBYTES_LITTLE_ENDIAN);
    if (needed < 0) return takePythonError();
    const bool fits = static_cast<size_t>(needed) <= bytes.size();
    bytes.resize(static_cast<size_t>(needed));
    if (fits) return shorten(bytes), bytes;
  }
}

Result<PyRef> intFrom(double number) {
  if (!(std::fabs(number) <= static_cast<double>(kMaxSafeInteger)) ||
      number != std::trunc(number)) {
    return Error{wire::FailureKind::PROTOCOL,
                 "a number marked as int is not a safe integer: " + std::to_string(number)};
  }
  return orPythonError(PyLong_FromLongLong(static_cast<long long>(number)));
}

}  // namespace krait
