#include <array>
#include <cstring>

#include "kernel/conversion.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

/// Text of at most this many ASCII characters is marked latin1, since a client reads it quickest
/// byte by byte; longer text is quickest by a decoder, and those are for UTF-8.
constexpr Py_ssize_t kShortLength = 24;

void appendUtf16(Py_UCS4 codePoint, std::u16string& units) {
  if (codePoint < 0x10000) {
    units.push_back(static_cast<char16_t>(codePoint));
    return;
  }
  const Py_UCS4 offset = codePoint - 0x10000;
  units.push_back(static_cast<char16_t>(0xD800 + (offset >> 10)));
  units.push_back(static_cast<char16_t>(0xDC00 + (offset & 0x3FF)));
}

std::u16string toUtf16(const Py_UCS4* codePoints, Py_ssize_t length) {
  std::u16string units;
  units.reserve(static_cast<size_t>(length));
  for (Py_ssize_t i = 0; i < length; i++) appendUtf16(codePoints[i], units);
  return units;
}

/// A decoding error says that the client broke the format; everything else (no memory) is Python's.
Result<PyRef> decoded(PyObject* str) {
  if (str != nullptr) return PyRef::steal(str);
  if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) return takePythonError();
  PyErr_Clear();
  return Error{wire::FailureKind::PROTOCOL, "text is not in the encoding it is marked with"};
}

/// Eight bytes at a time where CPython, on a machine of 32-bit words, looks at four.
bool isAscii(const char* bytes, size_t length) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  std::array<uint64_t, 4> words;
  size_t at = 0;
  for (; at + sizeof words <= length; at += sizeof words) {
    std::memcpy(words.data(), bytes + at, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) return false;
  }
  for (; at < length; at++) {
    if ((bytes[at] & 0x80) != 0) return false;
  }
  return true;
}

PyObject* fromUtf8(const char* bytes, uint32_t length) {
  const bool isLongAscii = length > kShortLength && isAscii(bytes, length);
  if (!isLongAscii) return PyUnicode_DecodeUTF8(bytes, length, "strict");
  PyObject* const str = PyUnicode_New(length, 0x7f);
  if (str != nullptr) std::memcpy(PyUnicode_DATA(str), bytes, length);
  return str;
}

}  // namespace

TextOf::TextOf(PyObject* str) {
  const Py_ssize_t length = PyUnicode_GET_LENGTH(str);
  const void* data = PyUnicode_DATA(str);
  switch (PyUnicode_KIND(str)) {
    case PyUnicode_1BYTE_KIND: {
      const bool asUtf8 = PyUnicode_IS_ASCII(str) && length > kShortLength;
      view_ = {asUtf8 ? wire::TextEncoding::UTF8 : wire::TextEncoding::LATIN1, data,
               static_cast<uint32_t>(length)};
      break;
    }
    case PyUnicode_2BYTE_KIND:
      view_ = {wire::TextEncoding::UTF16, data, static_cast<uint32_t>(length * 2)};
      break;
    default:
      units_ = toUtf16(static_cast<const Py_UCS4*>(data), length);
      view_ = {wire::TextEncoding::UTF16, units_.data(), static_cast<uint32_t>(units_.size() * 2)};
  }
}

Result<PyRef> strFrom(TextView text) {
  const char* bytes = static_cast<const char*>(text.data);
  switch (text.encoding) {
    case wire::TextEncoding::UTF8:
      return decoded(fromUtf8(bytes, text.byteLength));
    case wire::TextEncoding::LATIN1:
      return decoded(PyUnicode_DecodeLatin1(bytes, text.byteLength, "strict"));
    case wire::TextEncoding::UTF16: {
      int littleEndian = -1;
      return decoded(PyUnicode_DecodeUTF16(bytes, text.byteLength, "surrogatepass", &littleEndian));
    }
  }
  return Error{wire::FailureKind::PROTOCOL, "text has an unknown encoding"};
}

}  // namespace krait
