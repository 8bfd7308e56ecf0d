#include "kernel/graph-buffer.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "kernel/conversion-error.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

/// An open buffer, released whatever happens. A Py_buffer may point into itself, so it does not
/// move.
class OpenBuffer {
 public:
  explicit OpenBuffer(PyObject* object)
      : isOpen_(PyObject_GetBuffer(object, &view_, PyBUF_FULL_RO) == 0) {}
  OpenBuffer(const OpenBuffer&) = delete;
  OpenBuffer& operator=(const OpenBuffer&) = delete;
  ~OpenBuffer() {
    if (isOpen_) PyBuffer_Release(&view_);
  }
  bool isOpen() const { return isOpen_; }
  const Py_buffer& view() const { return view_; }
  Py_buffer* get() { return &view_; }

 private:
  Py_buffer view_;
  bool isOpen_;
};

void swapItems(std::vector<uint8_t>& bytes, size_t itemSize) {
  for (size_t at = 0; at + itemSize <= bytes.size(); at += itemSize) {
    std::reverse(bytes.begin() + static_cast<ptrdiff_t>(at),
                 bytes.begin() + static_cast<ptrdiff_t>(at + itemSize));
  }
}

/// Lays contiguous items out as nested lists. Recursion is bounded by PyBUF_MAX_NDIM.
class DimensionWriter {
 public:
  DimensionWriter(const Py_buffer& view, char letter, std::span<const uint8_t> bytes,
                  RecordWriter& records)
      : view_(view), letter_(letter), rest_(bytes), records_(records) {}

  uint32_t write(int dimension) {
    if (dimension >= view_.ndim - 1) return writeRow(dimension);
    const Py_ssize_t count = view_.shape[dimension];
    records_.kind(wire::GraphKind::LIST);
    records_.word(static_cast<uint32_t>(count));
    uint32_t written = 1;
    for (Py_ssize_t i = 0; i < count && !records_.isFull(); i++) written += write(dimension + 1);
    return written;
  }

 private:
  uint32_t writeRow(int dimension) {
    const size_t itemSize = static_cast<size_t>(view_.itemsize);
    const size_t items = view_.ndim == 0 ? 1 : static_cast<size_t>(view_.shape[dimension]);
    const auto row = rest_.first(items * itemSize);
    rest_ = rest_.subspan(row.size());
    records_.kind(wire::GraphKind::BUFFER);
    records_.word(static_cast<uint8_t>(letter_));
    records_.word(static_cast<uint32_t>(itemSize));
    records_.bytes(row);
    return 1;
  }

  const Py_buffer& view_;
  char letter_;
  std::span<const uint8_t> rest_;
  RecordWriter& records_;
};

constexpr size_t kMaxItemBytes = 8;

/// A `bytearray` of the block in which the bytes lie; empty when it cannot be had.
PyRef byteArrayInPlace(std::span<const uint8_t> bytes, Blocks& blocks) {
  const bool isAligned = reinterpret_cast<uintptr_t>(bytes.data()) % kMaxItemBytes == 0;
  if (!isAligned) return {};
  PyRef made = PyRef::steal(PyByteArray_FromStringAndSize(nullptr, 0));
  const auto block = made ? blocks.take(bytes) : std::span<uint8_t>();
  if (block.empty()) {
    PyErr_Clear();
    return {};
  }
  // A `bytearray` may begin behind the start of its memory, as after `del array[:n]`.
  auto* const array = reinterpret_cast<PyByteArrayObject*>(made.get());
  array->ob_bytes = reinterpret_cast<char*>(block.data());
  array->ob_start = array->ob_bytes + (bytes.data() - block.data());
  array->ob_alloc = static_cast<Py_ssize_t>(block.size());
  array->ob_start[bytes.size()] = '\0';
  Py_SET_SIZE(array, static_cast<Py_ssize_t>(bytes.size()));
  return made;
}

PyRef byteArrayFrom(std::span<const uint8_t> bytes, Blocks* blocks) {
  PyRef made = blocks != nullptr ? byteArrayInPlace(bytes, *blocks) : PyRef();
  if (made) return made;
  return PyRef::steal(PyByteArray_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                                    static_cast<Py_ssize_t>(bytes.size())));
}

}  // namespace

char formatLetter(const char* format, Py_ssize_t itemSize) {
  if (format == nullptr) return 'B';
  if (*format != '\0' && std::strchr("@=<>!", *format) != nullptr) format++;
  if (*format == '\0' || format[1] != '\0') return 0;
  if (std::strchr("bBcsp?hHiIqQfd", *format) != nullptr) return *format;
  const bool isSigned = *format == 'l' || *format == 'n';
  if (!isSigned && std::strchr("LNP", *format) == nullptr) return 0;
  if (itemSize == 4) return isSigned ? 'i' : 'I';
  return isSigned ? 'q' : 'Q';
}

bool isBigEndian(const char* format) {
  return format != nullptr && (*format == '>' || *format == '!');
}

Result<uint32_t> writeBufferRecords(PyObject* object, RecordWriter& records) {
  OpenBuffer buffer(object);
  if (!buffer.isOpen()) return takePythonError();
  const Py_buffer& view = buffer.view();
  const char letter = formatLetter(view.format, view.itemsize);
  if (letter == 0) {
    return conversionError(PyRef::steal(PyUnicode_FromFormat(
        "Cannot convert a buffer of format '%s' to a typed array.", view.format)));
  }
  if (static_cast<size_t>(view.len) > kMaxGraphBytes) {
    return Error{wire::FailureKind::LIMIT, "a buffer of " + std::to_string(view.len) +
                                               " bytes is longer than a graph may be"};
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(view.len));
  if (PyBuffer_ToContiguous(bytes.data(), buffer.get(), view.len, 'C') < 0) {
    return takePythonError();
  }
  if (isBigEndian(view.format)) swapItems(bytes, static_cast<size_t>(view.itemsize));
  return DimensionWriter(view, letter, bytes, records).write(0);
}

Result<PyRef> bufferFrom(const Record& record, Blocks* blocks) {
  const char format[] = {static_cast<char>(record.words[0]), '\0'};
  const uint32_t itemSize = record.words[1];
  const bool isKnown = record.words[0] != 0 && record.words[0] < 0x80 &&
                       std::strchr("bBc?hHiIqQfd", format[0]) != nullptr;
  if (!isKnown || itemSize == 0 || record.bytes.size() % itemSize != 0) {
    return Error{wire::FailureKind::PROTOCOL, "a buffer has an unknown format or a broken length"};
  }
  PyRef bytes = byteArrayFrom(record.bytes, blocks);
  PyRef view = bytes ? PyRef::steal(PyMemoryView_FromObject(bytes.get())) : PyRef();
  if (!view) return takePythonError();
  if (format[0] != 'B') {
    view = PyRef::steal(PyObject_CallMethod(view.get(), "cast", "s", format));
    if (!view) return takePythonError();
  }
  if (PyMemoryView_GET_BUFFER(view.get())->itemsize != static_cast<Py_ssize_t>(itemSize)) {
    return Error{wire::FailureKind::PROTOCOL, std::string("items of format '") + format +
                                                  "' do not have " + std::to_string(itemSize) +
                                                  " bytes"};
  }
  return view;
}

}  // namespace krait
