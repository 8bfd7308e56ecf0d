#include "proxy/utf8.h"

namespace krait {

namespace {

constexpr bool isHigh(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
constexpr bool isLow(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

void append(std::string& text, uint32_t codePoint) {
  auto add = [&](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (codePoint < 0x80) return add(codePoint);
  if (codePoint < 0x800) {
    add(0xc0 | codePoint >> 6);
  } else {
    if (codePoint < 0x10000) {
      add(0xe0 | codePoint >> 12);
    } else {
      add(0xf0 | codePoint >> 18);
      add(0x80 | (codePoint >> 12 & 0x3f));
    }
    add(0x80 | (codePoint >> 6 & 0x3f));
  }
  add(0x80 | (codePoint & 0x3f));
}

std::string fromUtf16(const uint8_t* bytes, uint32_t units) {
  auto unitAt = [&](size_t at) -> uint32_t { return bytes[2 * at] | bytes[2 * at + 1] << 8; };
  std::string text;
  for (uint32_t at = 0; at < units; at++) {
    uint32_t codePoint = unitAt(at);
    if (isHigh(codePoint) && at + 1 < units && isLow(unitAt(at + 1))) {
      codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (unitAt(++at) - 0xdc00);
    }
    append(text, codePoint);
  }
  return text;
}

}  // namespace

std::string utf8(TextView view) {
  const auto* bytes = static_cast<const uint8_t*>(view.data);
  switch (view.encoding) {
    case wire::TextEncoding::UTF16:
      return fromUtf16(bytes, view.byteLength / 2);
    case wire::TextEncoding::LATIN1: {
      std::string text;
      for (uint32_t at = 0; at < view.byteLength; at++) append(text, bytes[at]);
      return text;
    }
    default:
      return {reinterpret_cast<const char*>(bytes), view.byteLength};
  }
}

}  // namespace krait
