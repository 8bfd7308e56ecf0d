#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernel/base/handle.h"
#include "kernel/base/py-ref.h"
#include "kernel/base/result.h"
#include "kernel/identity-map.h"

namespace krait {

/// The Python objects that the client holds: one row an object, whatever number of times it was
/// sent.
///
/// A handle is a row index and the row's generation, so that a stale handle answers `staleHandle`
/// and never reaches whichever object takes the row next. Each `insert` is one introduction that
/// the client gives back by `release`, in any grouping, so that a release and a re-send that cross
/// on the wire are safe (as in the Cap'n Proto RPC specification's Release.referenceCount).
/// Identity is kept: the same object inserted twice has one handle. The GIL must be held for every
/// call.
class HandleTable {
 public:
  /// Rows beyond this fail `insert` with `limit`.
  static constexpr uint32_t kDefaultMaxHandles = 1u << 24;

  explicit HandleTable(uint32_t maxHandles = kDefaultMaxHandles) : maxHandles_(maxHandles) {}
  /// A table whose first rows start at `firstGeneration`: for tests of what happens when
  /// generations run out.
  HandleTable(uint32_t maxHandles, uint32_t firstGeneration)
      : firstGeneration_(firstGeneration), maxHandles_(maxHandles) {}

  /// The object's handle, with one more reference counted. Fails with `limit` when the table is
  /// full.
  Result<Handle> insert(PyRef object);
  /// The object, borrowed from the table: it lives until the next call that can release it, so
  /// callers that run Python take a reference. Fails with `staleHandle`.
  Result<PyObject*> find(Handle handle) const;
  /// As `find`, or null.
  PyObject* peek(Handle handle) const {
    if (handle.index >= entries_.size()) return nullptr;
    const Entry& entry = entries_[handle.index];
    return entry.generation == handle.generation ? entry.object.get() : nullptr;
  }
  /// Gives back `count` references. The last release returns the object instead of dropping it,
  /// since a finalizer may run Python that re-enters the table; otherwise the result is empty.
  /// Fails with `staleHandle`, and with `protocol` when more is released than was sent (nothing is
  /// released then).
  Result<PyRef> release(Handle handle, uint32_t count);
  /// One more reference to a live handle, for the client's own copies. Fails with `staleHandle`, or
  /// with `limit` when the count is full.
  Result<void> retain(Handle handle);

  /// Rows beyond `maxHandles` fail `insert` from now on; those that are live stay.
  void limit(uint32_t maxHandles) { maxHandles_ = maxHandles; }
  /// Number of live rows.
  uint32_t size() const { return live_; }
  /// Calls `visit` for every live row, in index order. `visit` must not change the table.
  void forEach(const std::function<void(Handle, PyObject*, uint32_t references)>& visit) const;
  /// Empties the table and returns what it held. Every handle issued so far is stale afterwards.
  std::vector<PyRef> clear();

 private:
  /// One row. The generation is advanced by the last release; a row that would wrap is retired.
  struct Entry {
    PyRef object;             // empty: the row is free
    uint32_t generation = 1;  // 0: the row is retired
    uint32_t references = 0;  // sent to the client and not yet released by it
    uint32_t nextFree = 0;    // 0: none
  };

  Result<uint32_t> row(Handle handle) const;
  Result<uint32_t> takeFreeRow();
  PyRef empty(uint32_t row);

  std::vector<Entry> entries_ = std::vector<Entry>(1);  // row 0 is never issued
  IdentityMap rowOf_;
  uint32_t firstFree_ = 0;
  uint32_t live_ = 0;
  uint32_t firstGeneration_ = 1;
  uint32_t maxHandles_;
};

}  // namespace krait
