#include "tests/unit/proxy/support/test-array.h"

#include <algorithm>

namespace krait::test {

namespace {

constexpr uint32_t kArray = bit(wire::TypeFlag::JS_ARRAY) | bit(wire::TypeFlag::ITERABLE) |
                            bit(wire::TypeFlag::HAS_LENGTH) | bit(wire::TypeFlag::HAS_CONTAINS);

size_t positionIn(const Asked& asked, size_t at) {
  return static_cast<size_t>(asked.values[at].number);
}

Reply missing() { return Reply::failed(wire::FailureKind::NO_ITEM); }

}  // namespace

TestArray::TestArray(TestPage& page, std::vector<Recorded> initial) : items(std::move(initial)) {
  page.show("a", 1, kArray);
  page.on(wire::Op::LENGTH,
          [this](const Asked&) { return Recorded::of(static_cast<int>(items.size())); });
  page.on(wire::Op::GET_ITEM, [this](const Asked& asked) {
    const size_t at = positionIn(asked, 0);
    if (at >= items.size() || items[at].tag == wire::ValueTag::ABSENT) return missing();
    return Reply(items[at]);
  });
  page.on(wire::Op::SET_ITEM, [this](const Asked& asked) {
    const size_t at = positionIn(asked, 0);
    if (at >= items.size()) items.resize(at + 1);
    items[at] = asked.values[1];
    return Recorded::none();
  });
  page.on(wire::Op::DEL_ITEM, [this](const Asked& asked) {
    const size_t at = positionIn(asked, 0);
    if (at >= items.size()) return missing();
    items.erase(items.begin() + static_cast<ptrdiff_t>(at));
    return Reply(Recorded::none());
  });
  page.on(wire::Op::ITER, [this, &page](const Asked&) { return iterate(page); });
  page.on(wire::Op::NEXT, [this](const Asked& asked) -> Reply {
    size_t& at = iterators_[asked.object - kFirstIterator];
    if (at >= items.size()) return Reply::stopped(Recorded::none());
    return items[at++];
  });
  page.on(wire::Op::CALL_METHOD,
          [this, &page](const Asked& asked) { return callMethod(page, asked); });
}

Reply TestArray::iterate(TestPage& page) {
  iterators_.push_back(0);
  return page.object(kFirstIterator + static_cast<uint32_t>(iterators_.size()) - 1,
                     bit(wire::TypeFlag::ITERATOR));
}

Reply TestArray::callMethod(TestPage& page, const Asked& asked) {
  const std::string name = asked.values[0].text();
  if (name == "reverse") {
    std::ranges::reverse(items);
    return page.object(1, kArray);
  }
  const size_t start = positionIn(asked, 1);
  if (name == "slice")
    return page.object(static_cast<uint32_t>(1000 + 100 * start + positionIn(asked, 2)));
  const auto first = items.begin() + static_cast<ptrdiff_t>(start);
  const auto at = items.erase(first, first + static_cast<ptrdiff_t>(positionIn(asked, 2)));
  items.insert(at, asked.values.begin() + 3, asked.values.end());
  return page.object(2, kArray);
}

std::string TestArray::text() const {
  std::string text;
  for (const Recorded& item : items) {
    if (!text.empty()) text += ",";
    if (item.tag == wire::ValueTag::INT) text += std::to_string(static_cast<int>(item.number));
    if (item.tag != wire::ValueTag::INT && item.tag != wire::ValueTag::ABSENT) text += "?";
  }
  return text;
}

}  // namespace krait::test
