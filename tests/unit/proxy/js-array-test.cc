#include "proxy/js-array.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-array.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::TestArray;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::TypeFlag;
using krait::wire::ValueTag;

namespace {

std::vector<Recorded> numbers(int count) {
  std::vector<Recorded> items;
  items.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; i++) items.push_back(Recorded::of(i));
  return items;
}

}  // namespace

TEST_CASE("proxy/js-array: items are read by position, negative ones from the end") {
  TestPage page;
  TestArray array(page, numbers(3));

  CHECK(page.python.holds("(a[0], a[2], a[-1], a[-3], a[True]) == (0, 2, 2, 0, 1)"));
  CHECK(page.python.holds("len(a) == 3"));
  for (const char* out : {"a[3]", "a[-4]", "a[10**30]"}) {
    CHECK(page.raised(out).starts_with("IndexError"));
  }
  CHECK(page.raised("a['0']") == "TypeError: list indices must be integers or slices, not str");
}

TEST_CASE("proxy/js-array: a hole is an IndexError, an undefined item None") {
  TestPage page;
  TestArray array(page, {Recorded::absent(), Recorded::undefined()});

  CHECK(page.raised("a[0]") == "IndexError: list index out of range");
  CHECK(page.python.holds("a[1] is None"));
}

TEST_CASE("proxy/js-array: changes do what they do to a list") {
  constexpr const char* kChanges[] = {
      "a[0] = 10",       "a[-1] = 10",         "del a[1]",           "del a[-1]",
      "a.append(10)",    "a.extend([10, 11])", "a.extend(())",       "a.insert(0, 10)",
      "a.insert(2, 10)", "a.insert(99, 10)",   "a.insert(-1, 10)",   "a.insert(-99, 10)",
      "a.pop()",         "a.pop(0)",           "a.pop(-2)",          "a.reverse()",
      "a.clear()",       "a.remove(2)",        "a += [10]",          "a *= 2",
      "a *= 0",          "a[1:2] = []",        "a[1:2] = [7, 8, 9]", "a[:] = range(9)",
      "a[5:] = [1]",     "a[3:1] = [7]",       "a[::2] = [7, 8, 9]", "a[::-1] = [7, 8, 9, 10, 11]",
      "del a[1:3]",      "del a[::2]",         "del a[::-2]",        "del a[3:1]",
      "del a[4:0:-2]",   "a[2:2] = [7] * 3",   "a[-2:] = (1,)",      "del a[:]",
  };
  for (const char* change : kChanges) {
    CAPTURE(change);
    TestPage page;
    TestArray array(page, numbers(5));
    page.python.run(std::string("view = a\na = list(range(5))\n") + change +
                    "\nexpected = a\na = view");

    page.python.run(change);

    CHECK(array.text() ==
          krait::test::textOf(page.python.evaluate("','.join(map(str, expected))").get()));
    page.python.run("del a, view");
  }
}

TEST_CASE("proxy/js-array: wrong changes raise what they raise for a list") {
  constexpr const char* kMistakes[] = {
      "del a[9]",     "del a[-9]",   "a.pop(9)",    "a[::2] = [1]", "a['x'] = 1",
      "a.remove(99)", "a.index(99)", "a.extend(1)", "a[0:1] = 1",   "a.insert('x', 1)",
  };
  for (const char* mistake : kMistakes) {
    CAPTURE(mistake);
    TestPage page;
    TestArray array(page, numbers(3));
    const std::string raised = page.raised(mistake);
    page.python.run("a = [0, 1, 2]");

    const std::string expected = page.raised(mistake);

    CHECK(raised.substr(0, raised.find(':')) == expected.substr(0, expected.find(':')));
  }
  TestPage page;
  TestArray array(page, {});
  CHECK(page.raised("a.pop()") == "IndexError: pop from empty list");
}

TEST_CASE("proxy/js-array: storing beyond the end extends") {
  TestPage page;
  TestArray array(page, numbers(1));

  page.python.run("a[3] = 3");

  CHECK(array.text() == "0,,,3");
}

TEST_CASE("proxy/js-array: stored Python objects are not borrowed by a method call") {
  TestPage page;
  TestArray array(page, numbers(2));
  page.keepsArguments = true;

  page.python.run("a.append([]); a.insert(0, []); a[1:2] = [[], []]");

  for (const Asked& asked : page.asked()) {
    for (const Recorded& value : asked.values) {
      if (value.tag != ValueTag::MINE) continue;
      CHECK(asked.op == Op::SET_ITEM);
      page.giveBack(value);
    }
  }
}

TEST_CASE("proxy/js-array: a plain slice is JavaScript's, others and sums are new arrays") {
  TestPage page;
  TestArray array(page, numbers(4));
  page.on(Op::FROM_GRAPH, [&](const Asked&) { return page.object(7); });
  CHECK(page.python.holds("a[1:3].js_id == 1103 and a[3:1].js_id == 1303"));
  for (const char* made : {"a[::2]", "a + [1]", "a + a", "a * 2", "2 * a"}) {
    page.python.run(std::string("made = ") + made + "\nassert made.js_id == 7");
  }
}

TEST_CASE("proxy/js-array: arrays are mutable sequences to Python") {
  TestPage page;
  TestArray array(page, numbers(3));
  page.python.run("from collections.abc import *");

  CHECK(page.python.holds("isinstance(a, MutableSequence) and isinstance(a, Sequence)"));
  CHECK(page.python.holds("list(reversed(a)) == [2, 1, 0]"));
  CHECK(page.python.holds("a.index(2) == 2 and a.count(1) == 1"));
  page.python.run("match a:\n  case [x, *rest]: pass\n  case _: x = 'no'\n");
  CHECK(page.python.holds("x == 0 and rest == [1, 2]"));
}

TEST_CASE("proxy/js-array: typed arrays have items, and neither slices nor deletion") {
  TestPage page;
  TestArray array(page, numbers(3));
  page.show("t", 1,
            bit(TypeFlag::JS_TYPED_ARRAY) | bit(TypeFlag::BUFFER) | bit(TypeFlag::HAS_LENGTH) |
                bit(TypeFlag::ITERABLE));

  page.python.run("t[-1] = 9\nt.reverse()");
  CHECK(array.text() == "9,1,0");
  CHECK(page.python.holds("t[0] == 9 and t.index(1) == 1 and t.count(5) == 0"));
  CHECK(page.raised("t[:]").starts_with("NotImplementedError"));
  CHECK(page.raised("t[:] = []").starts_with("NotImplementedError"));
  CHECK(page.raised("del t[0]").starts_with("TypeError"));
}

TEST_CASE("proxy/js-array: array-likes are sequences that cannot be changed") {
  TestPage page;
  TestArray array(page, numbers(3));
  page.show("l", 1,
            bit(TypeFlag::JS_ARRAY_LIKE) | bit(TypeFlag::HAS_LENGTH) | bit(TypeFlag::ITERABLE));
  page.python.run("from collections.abc import *");

  CHECK(page.python.holds("l[-1] == 2 and len(l) == 3 and list(reversed(l)) == [2, 1, 0]"));
  CHECK(page.python.holds("isinstance(l, Sequence) and not isinstance(l, MutableSequence)"));
  CHECK(page.raised("l[0] = 1").starts_with("TypeError"));
}
