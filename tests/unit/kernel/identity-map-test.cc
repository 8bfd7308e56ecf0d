#include "kernel/identity-map.h"

#include <doctest/doctest.h>

#include <random>
#include <unordered_map>

using krait::IdentityMap;

namespace {

/// Addresses as far apart as those of objects.
const void* address(uintptr_t number) {
  static const char objects[16 * 1024] = {};
  return objects + number * 16;
}

}  // namespace

TEST_CASE("kernel/identity-map: what was never inserted is absent") {
  IdentityMap map;

  CHECK(map.find(address(1)) == IdentityMap::kAbsent);
  map.erase(address(1));
  CHECK(map.size() == 0);
}

TEST_CASE("kernel/identity-map: answers as an ordinary map through any mix of changes") {
  std::mt19937 random(20261);
  IdentityMap map;
  std::unordered_map<uintptr_t, uint32_t> expected;

  for (uint32_t step = 0; step < 50000; step++) {
    // Few keys, so that clusters form, are torn and grow together again.
    const uintptr_t key = 1 + random() % 600;
    if (expected.contains(key)) {
      map.erase(address(key));
      expected.erase(key);
    } else {
      map.insert(address(key), step);
      expected.emplace(key, step);
    }
  }

  CHECK(map.size() == expected.size());
  for (uintptr_t key = 1; key <= 600; key++) {
    const auto found = expected.find(key);
    CHECK(map.find(address(key)) ==
          (found == expected.end() ? IdentityMap::kAbsent : found->second));
  }
}

TEST_CASE("kernel/identity-map: is empty and usable after clear") {
  IdentityMap map;
  for (uintptr_t key = 1; key <= 100; key++) map.insert(address(key), 1);

  map.clear();

  CHECK(map.size() == 0);
  CHECK(map.find(address(50)) == IdentityMap::kAbsent);
  map.insert(address(50), 2);
  CHECK(map.find(address(50)) == 2);
}
