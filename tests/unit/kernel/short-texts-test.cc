#include "kernel/short-texts.h"

#include <doctest/doctest.h>

#include "tests/unit/support/test-interpreter.h"

using krait::PyRef;
using krait::ShortTexts;
using krait::test::TestInterpreter;
using krait::test::textOf;

namespace {

std::span<const uint8_t> bytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("kernel/short-texts: every text comes out as it went in, known or not") {
  TestInterpreter interpreter;
  ShortTexts texts;
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 3000; i++) {
      const std::string text =
          std::string(static_cast<size_t>(i) % 20, 'x') + std::to_string(i % 1500);
      CHECK(textOf(texts.find(bytesOf(text))) == text);
    }
  }
  CHECK(textOf(texts.find({})).empty());
  CHECK(textOf(texts.find(bytesOf("h\xe9"))) == "h\xc3\xa9");
  CHECK(textOf(texts.find(bytesOf(std::string_view("a\0b", 3)))) == std::string("a\0b", 3));
}

TEST_CASE("kernel/short-texts: a text that comes again is the same object") {
  TestInterpreter interpreter;
  ShortTexts texts;
  const PyRef first = PyRef::borrow(texts.find(bytesOf("some name")));

  CHECK(texts.find(bytesOf("some name")) == first.get());
}

TEST_CASE("kernel/short-texts: names are interned, also when the text was known before") {
  TestInterpreter interpreter;
  ShortTexts texts;
  const PyRef interned = interpreter.evaluate("__import__('sys').intern('quite_unusual')");
  CHECK(texts.find(bytesOf("quite_unusual")) != interned.get());

  CHECK(texts.findName(bytesOf("quite_unusual")) == interned.get());
  CHECK(texts.find(bytesOf("quite_unusual")) == interned.get());
}
