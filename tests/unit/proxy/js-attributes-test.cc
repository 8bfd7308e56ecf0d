#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;

namespace {

/// Graph of a list of ASCII names, as Op `dir` answers.
Recorded names(std::initializer_list<std::string_view> names) {
  std::vector<uint8_t> bytes;
  auto word = [&](uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<uint8_t>(value >> shift));
  };
  word(static_cast<uint32_t>(krait::wire::GraphKind::LIST));
  word(static_cast<uint32_t>(names.size()));
  for (std::string_view name : names) {
    word(static_cast<uint32_t>(krait::wire::GraphKind::TEXT));
    word(static_cast<uint32_t>(krait::wire::TextEncoding::UTF8));
    word(static_cast<uint32_t>(name.size()));
    bytes.insert(bytes.end(), name.begin(), name.end());
    bytes.resize((bytes.size() + 3) / 4 * 4);
  }
  return Recorded::graph(std::move(bytes));
}

}  // namespace

TEST_CASE("proxy/js-attributes: reading, writing and deleting reach the object") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [](const Asked&) { return Recorded::of(3); });
  page.on(Op::SET_ATTR, [](const Asked&) { return Recorded::none(); });
  page.on(Op::DEL_ATTR, [](const Asked&) { return Recorded::none(); });

  page.python.run("assert x.size == 3\nx.size = 4\ndel x.size");

  REQUIRE(page.asked().size() == 3);
  for (const Asked& asked : page.asked()) {
    CHECK(asked.object == 1);
    CHECK(asked.values[0].text() == "size");
  }
  CHECK(page.asked()[1].values[1].number == 4);
}

TEST_CASE("proxy/js-attributes: a missing property is an AttributeError") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [](const Asked&) { return Reply::failed(FailureKind::NO_ATTRIBUTE); });

  CHECK(page.raised("x.nothing") ==
        "AttributeError: the JavaScript object has no property 'nothing'");
  CHECK(page.python.holds("not hasattr(x, 'nothing') and getattr(x, 'nothing', 7) == 7"));
}

TEST_CASE("proxy/js-attributes: a Python keyword with underscores loses one") {
  struct Case {
    const char* python;
    const char* javaScript;
  };
  constexpr Case kCases[] = {
      {"from", "from"},    {"from_", "from"},    {"from__", "from_"},  {"None_", "None"},
      {"async_", "async"}, {"from_x", "from_x"}, {"name_", "name_"},   {"_", "_"},
      {"__", "__"},        {"match_", "match_"}, {"_from_", "_from_"},
  };
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [](const Asked&) { return Recorded::none(); });
  page.on(Op::SET_ATTR, [](const Asked&) { return Recorded::none(); });
  page.on(Op::DEL_ATTR, [](const Asked&) { return Recorded::none(); });

  for (const Case& c : kCases) {
    const std::string name = "'" + std::string(c.python) + "'";
    for (const char* use : {"getattr(x, ", "hasattr(x, ", "delattr(x, "}) {
      page.python.run(use + name + ")");
      CHECK(page.last().values[0].text() == c.javaScript);
    }
    page.python.run("setattr(x, " + name + ", 1)");
    CHECK(page.last().values[0].text() == c.javaScript);
  }
}

TEST_CASE("proxy/js-attributes: Python's own members win over properties") {
  TestPage page;
  page.show("x", 1);

  CHECK(page.python.holds("callable(x.to_py) and x.__class__ is type(x)"));
  CHECK(page.asked().empty());
}

TEST_CASE("proxy/js-attributes: what the import system stores stays in Python") {
  TestPage page;
  page.show("x", 1);

  page.python.run(
      "for n in ('loader', 'name', 'package', 'path', 'spec'):\n"
      "  n = f'__{n}__'\n"
      "  assert not hasattr(x, n)\n"
      "  setattr(x, n, 1)\n"
      "  assert getattr(x, n) == 1 and x.__dict__[n] == 1\n"
      "  delattr(x, n)\n"
      "  assert not hasattr(x, n)\n");

  CHECK(page.asked().empty());
}

TEST_CASE("proxy/js-attributes: arrays hide `keys`, so that they are no mappings") {
  TestPage page;
  page.show("array", 1, bit(TypeFlag::JS_ARRAY));
  page.show("typed", 2, bit(TypeFlag::JS_TYPED_ARRAY));

  CHECK(page.python.holds("not hasattr(array, 'keys') and not hasattr(typed, 'keys')"));
}

TEST_CASE("proxy/js-attributes: a function remembers its owner, and is called with it") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::GET_ATTR, [&](const Asked&) { return page.object(2, bit(TypeFlag::CALLABLE)); });
  page.on(Op::CALL_BOUND, [](const Asked&) { return Recorded::of(5); });

  page.python.run("m = x.method\ndel x\nassert m(10, 11) == 5");

  CHECK(page.last().object == 2);
  REQUIRE(page.last().values.size() == 3);
  CHECK(page.last().values[0].handle.index == 1);
  CHECK(page.last().values[2].number == 11);
}

TEST_CASE("proxy/js-attributes: dir joins both sides, with names that can be written") {
  TestPage page;
  page.show("x", 1);
  page.on(Op::DIR, [](const Asked&) { return names({"b", "0", "from", "from_", "a", "a b", ""}); });

  page.python.run("names = dir(x)");

  CHECK(page.python.holds("names == sorted(names) and len(set(names)) == len(names)"));
  CHECK(page.python.holds("{'a', 'b', 'from_', 'from__', 'to_py', 'a b'} <= set(names)"));
  CHECK(page.python.holds("not {'0', 'from', ''} & set(names)"));
}
