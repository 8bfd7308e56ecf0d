#pragma once

#include <map>
#include <memory>
#include <optional>

#include "kernel/foreign.h"

namespace krait::test {

/// Client objects for tests of the kernel. Each Python object that stands for one holds one
/// introduction and gives it back when it dies, so that `introductions` shows what the kernel still
/// holds.
class TestClient : public ForeignObjects {
 public:
  TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  Result<PyRef> wrap(Handle handle, uint32_t typeFlags) override;
  std::optional<Handle> unwrap(PyObject* object) const override;
  PyRef jsNull() override { return null_.dup(); }
  Result<PyRef> makeBigInt(PyRef integer) override;
  bool isBigInt(PyObject* object) const override;

  /// Hands out one introduction, to be put in a `mine` value.
  Handle introduce(uint32_t index);
  /// Introductions of all objects that were not given back.
  int introductions() const;
  /// The type flags that the last `wrap` was given.
  uint32_t lastFlags() const { return lastFlags_; }

 private:
  PyRef null_;
  PyRef bigIntType_;
  std::shared_ptr<std::map<uint32_t, int>> counts_ = std::make_shared<std::map<uint32_t, int>>();
  uint32_t lastFlags_ = 0;
};

}  // namespace krait::test
