#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "kernel/base/result.h"

namespace krait {

/// The buffers that the client looks into (PX-getBuffer), by number. An open view locks its object
/// as any buffer export does. Numbers are not used again before all others were.
class BufferViews {
 public:
  static constexpr size_t kMaxViews = 1u << 16;

  BufferViews() = default;
  BufferViews(const BufferViews&) = delete;
  BufferViews& operator=(const BufferViews&) = delete;
  ~BufferViews();

  struct View {
    uint32_t number;
    const Py_buffer& buffer;  // good until `close`
  };

  /// Opens the object's buffer, strided and with its format. Fails with `limit`, or with the Python
  /// error of an object that has no such buffer (one that needs suboffsets among them,
  /// PX-getBuffer.3).
  Result<View> open(PyObject* object);
  /// Fails with `staleHandle` when no view has the number. May run Python (`__release_buffer__`).
  Result<void> close(uint32_t number);
  /// Closes all of them.
  void clear();
  size_t size() const { return views_.size(); }

 private:
  // A Py_buffer may point into itself, so it stays where it was made.
  std::unordered_map<uint32_t, std::unique_ptr<Py_buffer>> views_;
  uint32_t lastNumber_ = 0;
};

}  // namespace krait
