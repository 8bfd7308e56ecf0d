#include "kernel/buffer-views.h"

#include <string>
#include <utility>

#include "kernel/python-error.h"

namespace krait {

BufferViews::~BufferViews() { clear(); }

void BufferViews::clear() {
  const auto views = std::exchange(views_, {});
  for (const auto& [number, buffer] : views) PyBuffer_Release(buffer.get());
}

Result<BufferViews::View> BufferViews::open(PyObject* object) {
  if (views_.size() >= kMaxViews) {
    return Error{wire::FailureKind::LIMIT,
                 std::to_string(kMaxViews) + " buffer views are open, the most allowed"};
  }
  auto buffer = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object, buffer.get(), PyBUF_RECORDS_RO) < 0) return takePythonError();
  do {
    lastNumber_++;
  } while (lastNumber_ == 0 || views_.contains(lastNumber_));
  const auto& placed = *views_.emplace(lastNumber_, std::move(buffer)).first->second;
  return View{lastNumber_, placed};
}

Result<void> BufferViews::close(uint32_t number) {
  auto taken = views_.extract(number);
  if (taken.empty()) {
    return Error{wire::FailureKind::STALE_HANDLE,
                 "buffer view " + std::to_string(number) + " was released, or never opened"};
  }
  PyBuffer_Release(taken.mapped().get());
  return {};
}

}  // namespace krait
