#pragma once

#include <vector>

#include "tests/unit/proxy/support/test-page.h"

namespace krait::test {

/// Makes the page answer for object 1 as for a JavaScript array of `items`.
class TestArray {
 public:
  TestArray(TestPage& page, std::vector<Recorded> items);

  /// The items, comma-separated; "?" for what is no int, "" for a hole.
  std::string text() const;
  std::vector<Recorded> items;

 private:
  static constexpr uint32_t kFirstIterator = 500;

  Reply iterate(TestPage& page);
  Reply callMethod(TestPage& page, const Asked& asked);

  std::vector<size_t> iterators_;  // their positions; the numbers count from kFirstIterator
};

}  // namespace krait::test
