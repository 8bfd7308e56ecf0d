#include "kernel/graph.h"
#include "kernel/operations/operation.h"

namespace krait {

namespace {

/// The memory between the lowest and the highest address of the items.
struct Span {
  const char* lowest;
  Py_ssize_t byteLength;
  Py_ssize_t byteOffset;  // of item [0, ..., 0]
};

Span spanOf(const Py_buffer& buffer) {
  const auto* first = static_cast<const char*>(buffer.buf);
  if (buffer.len == 0) return {first, 0, 0};
  Py_ssize_t below = 0;
  Py_ssize_t above = buffer.itemsize;
  for (int i = 0; i < buffer.ndim; i++) {
    const Py_ssize_t reach = (buffer.shape[i] - 1) * buffer.strides[i];
    (reach < 0 ? below : above) += reach;
  }
  return {first + below, above - below, -below};
}

PyRef sizes(const Py_ssize_t* values, int count) {
  PyRef tuple = PyRef::steal(PyTuple_New(count));
  for (int i = 0; tuple && i < count; i++) {
    PyObject* value = PyLong_FromSsize_t(values[i]);
    if (value == nullptr) return {};
    PyTuple_SET_ITEM(tuple.get(), i, value);
  }
  return tuple;
}

/// The layout that kernel/README.md gives.
PyRef describe(const BufferViews::View& view) {
  const Py_buffer& buffer = view.buffer;
  const Span span = spanOf(buffer);
  PyRef address = PyRef::steal(PyLong_FromVoidPtr(const_cast<char*>(span.lowest)));
  PyRef shape = sizes(buffer.shape, buffer.ndim);
  PyRef strides = sizes(buffer.strides, buffer.ndim);
  if (!address || !shape || !strides) return {};
  return PyRef::steal(Py_BuildValue("(IOnnsnOOOOO)", view.number, address.get(), span.byteLength,
                                    span.byteOffset, buffer.format != nullptr ? buffer.format : "B",
                                    buffer.itemsize, shape.get(), strides.get(),
                                    buffer.readonly ? Py_True : Py_False,
                                    PyBuffer_IsContiguous(&buffer, 'C') ? Py_True : Py_False,
                                    PyBuffer_IsContiguous(&buffer, 'F') ? Py_True : Py_False));
}

}  // namespace

Result<Outcome> getBuffer(Operands& operands) {
  auto view = operands.views.open(operands.target);
  if (!view) return view.error();
  PyRef description = describe(*view);
  auto records = description ? writeGraph(description.get(), /*depth=*/-1, operands.conversion)
                             : Result<std::vector<uint8_t>>(takePythonError());
  if (!records) {
    auto closed = operands.views.close(view->number);
    return records.error();
  }
  auto graph = std::make_unique<GraphReply>();
  graph->records = std::move(*records);
  return Outcome{{}, wire::Status::RETURNED, std::move(graph)};
}

Result<Outcome> releaseBuffer(Operands& operands) {
  auto number = operands.arguments.integer();
  if (!number) return number.error();
  auto closed = operands.views.close(static_cast<uint32_t>(*number));
  if (!closed) return closed.error();
  return Outcome{PyRef::borrow(Py_None)};
}

}  // namespace krait
