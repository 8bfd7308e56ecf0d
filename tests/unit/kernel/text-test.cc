#include <doctest/doctest.h>

#include <bit>

#include "kernel/conversion.h"
#include "tests/unit/support/test-interpreter.h"

using krait::PyRef;
using krait::strFrom;
using krait::TextOf;
using krait::TextView;
using krait::test::TestInterpreter;
using krait::wire::FailureKind;
using krait::wire::TextEncoding;

namespace {

struct Case {
  const char* expression;
  TextEncoding encoding;
  uint32_t byteLength;
};

TextView view(TextEncoding encoding, std::string_view bytes) {
  return {encoding, bytes.data(), static_cast<uint32_t>(bytes.size())};
}

}  // namespace

TEST_CASE("kernel/text: every kind of str is shown exactly and comes back equal") {
  TestInterpreter python;
  const Case cases[] = {
      {"''", TextEncoding::LATIN1, 0},
      {"'abc'", TextEncoding::LATIN1, 3},
      {"'a' * 1000", TextEncoding::UTF8, 1000},
      {"'caf\\u00e9'", TextEncoding::LATIN1, 4},
      {"'\\u20ac'", TextEncoding::UTF16, 2},
      {"'\\U0001F40D'", TextEncoding::UTF16, 4},
      {"'\\ud800'", TextEncoding::UTF16, 2},
      {"'\\udc00 \\ud800 \\U0001F40D'", TextEncoding::UTF16, 12},
      {"'a\\0b'", TextEncoding::LATIN1, 3},
  };

  for (const auto& [expression, encoding, byteLength] : cases) {
    CAPTURE(expression);
    PyRef str = python.evaluate(expression);
    const TextOf text(str.get());
    CHECK(text.view().encoding == encoding);
    CHECK(text.view().byteLength == byteLength);
    PyRef back = *strFrom(text.view());
    CHECK(PyUnicode_Compare(back.get(), str.get()) == 0);
  }
}

TEST_CASE("kernel/text: one character that is not ASCII is seen wherever it stands") {
  TestInterpreter python;
  for (size_t at = 0; at < 100; at++) {
    std::string text(100, 'a');
    text.replace(at, 1, "\xc3\xa9");
    PyRef str = *strFrom(view(TextEncoding::UTF8, text));
    CHECK(PyUnicode_GET_LENGTH(str.get()) == 100);
    CHECK(PyUnicode_READ_CHAR(str.get(), static_cast<Py_ssize_t>(at)) == 0xe9);

    text.replace(at, 2, "\xff");
    CHECK(strFrom(view(TextEncoding::UTF8, text)).error().kind == FailureKind::PROTOCOL);
  }
}

TEST_CASE("kernel/text: two lone surrogates that form a pair come back as one character") {
  TestInterpreter python;
  PyRef str = python.evaluate("'\\ud83d\\udc0d'");  // TC-py.strPair

  PyRef back = *strFrom(TextOf(str.get()).view());

  CHECK(PyUnicode_GET_LENGTH(back.get()) == 1);
}

TEST_CASE("kernel/text: text that breaks its encoding is a protocol failure") {
  TestInterpreter python;

  CHECK(strFrom(view(TextEncoding::UTF8, "\xff")).error().kind == FailureKind::PROTOCOL);
  CHECK(strFrom(view(TextEncoding::UTF8, "\xed\xa0\x80")).error().kind == FailureKind::PROTOCOL);
  CHECK(strFrom(view(TextEncoding::UTF16, "abc")).error().kind == FailureKind::PROTOCOL);
  CHECK(strFrom(view(std::bit_cast<TextEncoding>(uint16_t{9}), "abc")).error().kind ==
        FailureKind::PROTOCOL);
}
