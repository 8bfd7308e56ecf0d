#include "proxy/utf8.h"

#include <doctest/doctest.h>

using krait::TextView;
using krait::wire::TextEncoding;

TEST_CASE("proxy/utf8: every encoding of the wire becomes UTF-8") {
  struct Case {
    TextEncoding encoding;
    std::string bytes;
    std::string text;
  };
  using namespace std::string_literals;
  const Case kCases[] = {
      {TextEncoding::UTF8, "", ""},
      {TextEncoding::UTF8, "a\xc3\xa9", "a\xc3\xa9"},
      {TextEncoding::LATIN1, "a\xe9", "a\xc3\xa9"},
      {TextEncoding::UTF16, "a\0"s, "a"},
      {TextEncoding::UTF16, "\xe9\0\xac\x20"s, "\xc3\xa9\xe2\x82\xac"},
      {TextEncoding::UTF16, "\x3d\xd8\x00\xde"s, "\xf0\x9f\x98\x80"},
      {TextEncoding::UTF16, "\x3d\xd8\x61\0"s, "\xed\xa0\xbd\x61"},
      {TextEncoding::UTF16, "\x3d\xd8"s, "\xed\xa0\xbd"},
  };
  for (const Case& c : kCases) {
    CHECK(krait::utf8({c.encoding, c.bytes.data(), static_cast<uint32_t>(c.bytes.size())}) ==
          c.text);
  }
}
