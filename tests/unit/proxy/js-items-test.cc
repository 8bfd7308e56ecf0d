#include "proxy/js-items.h"

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

constexpr uint32_t kMap = bit(TypeFlag::HAS_GET) | bit(TypeFlag::HAS_SET) |
                          bit(TypeFlag::HAS_LENGTH) | bit(TypeFlag::HAS_CONTAINS) |
                          bit(TypeFlag::ITERABLE) | bit(TypeFlag::DICT) |
                          bit(TypeFlag::MUTABLE_MAP);

/// Object 1 as a JavaScript Map with text keys and int values.
struct TestMap {
  explicit TestMap(TestPage& page) {
    page.show("m", 1, kMap);
    page.on(Op::LENGTH,
            [this](const Asked&) { return Recorded::of(static_cast<int>(map.size())); });
    page.on(Op::CONTAINS, [this](const Asked& asked) {
      return Recorded::of(map.contains(asked.values[0].text()));
    });
    page.on(Op::GET_ITEM, [this](const Asked& asked) -> Reply {
      const auto found = map.find(asked.values[0].text());
      if (found == map.end()) return Reply::failed(FailureKind::NO_ITEM);
      return Recorded::of(found->second);
    });
    page.on(Op::SET_ITEM, [this](const Asked& asked) {
      map[asked.values[0].text()] = static_cast<int>(asked.values[1].number);
      return Recorded::none();
    });
    page.on(Op::DEL_ITEM, [this](const Asked& asked) -> Reply {
      if (map.erase(asked.values[0].text()) == 0) return Reply::failed(FailureKind::NO_ITEM);
      return Recorded::none();
    });
    page.on(Op::ITER, [this, &page](const Asked&) {
      next = map.begin();
      return page.object(2, bit(TypeFlag::ITERATOR));
    });
    page.on(Op::NEXT, [this](const Asked&) -> Reply {
      if (next == map.end()) return Reply::stopped(Recorded::none());
      return Recorded::of((next++)->first);
    });
  }

  std::map<std::string, int> map{{"a", 1}, {"b", 2}};
  std::map<std::string, int>::iterator next;
};

}  // namespace

TEST_CASE("proxy/js-items: a map reads, writes and deletes by key") {
  TestPage page;
  TestMap map(page);

  page.python.run("m['c'] = 3\ndel m['a']");

  CHECK(map.map == std::map<std::string, int>{{"b", 2}, {"c", 3}});
  CHECK(page.python.holds("m['b'] == 2 and 'b' in m and 'a' not in m and len(m) == 2"));
  CHECK(page.raised("m['a']") == "KeyError: 'a'");
  CHECK(page.raised("del m['a']") == "KeyError: 'a'");
  CHECK(page.raised("m[(1, 2)]") == "KeyError: (1, 2)");
}

TEST_CASE("proxy/js-items: a map is a mutable mapping to Python") {
  TestPage page;
  TestMap map(page);
  page.python.run("from collections.abc import *");

  CHECK(page.python.holds("isinstance(m, MutableMapping) and isinstance(m, Mapping)"));
  CHECK(page.python.holds("dict(m) == {'a': 1, 'b': 2} == dict(m.items())"));
  CHECK(
      page.python.holds("list(m) == list(m.keys()) == ['a', 'b'] and list(m.values()) == [1, 2]"));
  CHECK(page.python.holds("m.get('a') == 1 and m.get('z') is None and m.get('z', 5) == 5"));
  page.python.run("match m:\n  case {'a': x, **rest}: pass\n");
  CHECK(page.python.holds("x == 1 and rest == {'b': 2}"));
  page.python.run(
      "assert m.pop('a') == 1 and m.pop('a', 9) == 9 and m.setdefault('d', 4) == 4\n"
      "m.update({'e': 5})\n");
  CHECK(map.map == std::map<std::string, int>{{"b", 2}, {"d", 4}, {"e", 5}});
  page.python.run("m.popitem()\nm.clear()");
  CHECK(map.map.empty());
}

TEST_CASE("proxy/js-items: a length that is no good is told as what it is") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::HAS_LENGTH));
  struct Case {
    Recorded length;
    const char* raised;
  };
  const Case kCases[] = {
      {Recorded::of(0), ""},
      {Recorded::of(2147483647), ""},
      {Recorded::of(-2), "ValueError: length -2 of object is negative"},
      {Recorded::integer(2147483648.0),
       "OverflowError: length 2147483648 of object is larger than 2147483647"},
      {Recorded::integer(9007199254740991.0),
       "OverflowError: length 9007199254740991 of object is larger than 2147483647"},
      {Recorded::of("x"), "TypeError: object does not have a valid length"},
      {Recorded::of(0.5), "TypeError: object does not have a valid length"},
      {Recorded::of(true), "TypeError: object does not have a valid length"},
      {Recorded::none(), "TypeError: object does not have a valid length"},
  };
  for (const Case& c : kCases) {
    page.on(Op::LENGTH, [&](const Asked&) { return c.length; });
    CHECK(page.raised("len(x)") == c.raised);
  }
}
