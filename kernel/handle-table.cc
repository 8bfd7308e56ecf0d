#include "kernel/handle-table.h"

#include <string>

namespace krait {

namespace {

std::string described(Handle handle) {
  return "handle " + std::to_string(handle.index) + "." + std::to_string(handle.generation);
}

Error fullCount(Handle handle) {
  return {wire::FailureKind::LIMIT, described(handle) + " has 4294967295 references, the most"};
}

}  // namespace

Result<Handle> HandleTable::insert(PyRef object) {
  const uint32_t known = rowOf_.find(object.get());
  if (known != IdentityMap::kAbsent) {
    Entry& entry = entries_[known];
    const Handle handle{known, entry.generation};
    if (entry.references == UINT32_MAX) return fullCount(handle);
    entry.references++;
    return handle;
  }
  auto row = takeFreeRow();
  if (!row) return row.error();
  Entry& entry = entries_[*row];
  rowOf_.insert(object.get(), *row);
  entry.object = std::move(object);
  entry.references = 1;
  live_++;
  return Handle{*row, entry.generation};
}

Result<PyObject*> HandleTable::find(Handle handle) const {
  auto found = row(handle);
  if (!found) return found.error();
  return entries_[*found].object.get();
}

Result<PyRef> HandleTable::release(Handle handle, uint32_t count) {
  auto found = row(handle);
  if (!found) return found.error();
  Entry& entry = entries_[*found];
  if (count > entry.references) {
    return Error{wire::FailureKind::PROTOCOL, described(handle) + ": " + std::to_string(count) +
                                                  " references released of " +
                                                  std::to_string(entry.references)};
  }
  entry.references -= count;
  if (entry.references > 0) return PyRef();
  return empty(*found);
}

Result<void> HandleTable::retain(Handle handle) {
  auto found = row(handle);
  if (!found) return found.error();
  if (entries_[*found].references == UINT32_MAX) return fullCount(handle);
  entries_[*found].references++;
  return {};
}

void HandleTable::forEach(
    const std::function<void(Handle, PyObject*, uint32_t references)>& visit) const {
  for (uint32_t index = 1; index < entries_.size(); index++) {
    const Entry& entry = entries_[index];
    if (entry.object) visit({index, entry.generation}, entry.object.get(), entry.references);
  }
}

std::vector<PyRef> HandleTable::clear() {
  std::vector<PyRef> objects;
  objects.reserve(live_);
  for (uint32_t index = 1; index < entries_.size(); index++) {
    if (entries_[index].object) objects.push_back(empty(index));
  }
  return objects;
}

Result<uint32_t> HandleTable::row(Handle handle) const {
  if (handle.index < entries_.size()) {
    const Entry& entry = entries_[handle.index];
    if (entry.object && entry.generation == handle.generation) return handle.index;
  }
  return Error{wire::FailureKind::STALE_HANDLE,
               described(handle) + " was released, or never issued"};
}

Result<uint32_t> HandleTable::takeFreeRow() {
  if (live_ >= maxHandles_) {
    return Error{wire::FailureKind::LIMIT,
                 "the client holds " + std::to_string(live_) + " Python objects, the most allowed"};
  }
  if (firstFree_ != 0) {
    const uint32_t row = firstFree_;
    firstFree_ = entries_[row].nextFree;
    return row;
  }
  entries_.emplace_back().generation = firstGeneration_;
  return static_cast<uint32_t>(entries_.size() - 1);
}

PyRef HandleTable::empty(uint32_t row) {
  Entry& entry = entries_[row];
  rowOf_.erase(entry.object.get());
  live_--;
  entry.references = 0;
  entry.generation++;  // to 0 after the last one: no handle reaches the row any more, and it is not
                       // used again
  if (entry.generation != 0) {
    entry.nextFree = firstFree_;
    firstFree_ = row;
  }
  return std::move(entry.object);
}

}  // namespace krait
