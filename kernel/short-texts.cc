#include "kernel/short-texts.h"

#include <algorithm>
#include <cstring>

namespace krait {

namespace {

/// Reads eight bytes at a time, the last ones overlapping.
uint64_t hashOf(std::span<const uint8_t> bytes) {
  constexpr uint64_t kFactor = 0x9E3779B97F4A7C15ull;
  const size_t size = bytes.size();
  uint64_t hash = size * kFactor;
  auto mix = [&](uint64_t word) { hash = (hash ^ word) * kFactor; };
  if (size < sizeof(uint64_t)) {
    uint64_t word = 0;
    for (const uint8_t byte : bytes) word = word << 8 | byte;
    mix(word);
    return hash;
  }
  for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + std::min(at, size - sizeof word), sizeof word);
    mix(word);
  }
  return hash;
}

bool isText(PyObject* str, std::span<const uint8_t> latin1) {
  if (str == nullptr || static_cast<size_t>(PyUnicode_GET_LENGTH(str)) != latin1.size())
    return false;
  return std::equal(latin1.begin(), latin1.end(), PyUnicode_1BYTE_DATA(str));
}

}  // namespace

PyObject* ShortTexts::find(std::span<const uint8_t> latin1) { return place(latin1).get(); }

PyObject* ShortTexts::findName(std::span<const uint8_t> latin1) {
  PyRef& text = place(latin1);
  if (!text || PyUnicode_CHECK_INTERNED(text.get())) return text.get();
  PyObject* name = text.release();
  PyUnicode_InternInPlace(&name);
  text = PyRef::steal(name);
  return name;
}

PyRef& ShortTexts::place(std::span<const uint8_t> latin1) {
  PyRef& text = texts_[hashOf(latin1) >> 32 & (texts_.size() - 1)];
  if (!isText(text.get(), latin1)) {
    text = PyRef::steal(PyUnicode_DecodeLatin1(reinterpret_cast<const char*>(latin1.data()),
                                               static_cast<Py_ssize_t>(latin1.size()), "strict"));
  }
  return text;
}

}  // namespace krait
