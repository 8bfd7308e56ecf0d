#include <cstring>

#include "kernel/modules.h"
#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-conversion.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

/// A Python buffer for as long as this lives; null `obj` after a failure.
class HeldBuffer {
 public:
  HeldBuffer(PyObject* object, int flags) {
    if (PyObject_GetBuffer(object, &view, flags) < 0) view.obj = nullptr;
  }
  HeldBuffer(const HeldBuffer&) = delete;
  HeldBuffer& operator=(const HeldBuffer&) = delete;
  ~HeldBuffer() { PyBuffer_Release(&view); }
  explicit operator bool() const { return view.obj != nullptr; }

  Py_buffer view = {};
};

constexpr int kReadable = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT;
constexpr int kWritable = kReadable | PyBUF_WRITABLE;

Result<PyRef> copyOf(PyObject* self) {
  PyRef oneLevel = PyRef::steal(PyLong_FromLong(1));
  if (!oneLevel) return takePythonError();
  return ask(wire::Op::TO_NATIVE, self, {oneLevel.get()});
}

/// An int property of the object; -1 with an error raised.
Py_ssize_t numberOf(PyObject* self, const char* property) {
  PyRef value = PyRef::steal(PyObject_GetAttrString(self, property));
  return value ? PyNumber_AsSsize_t(value.get(), PyExc_OverflowError) : -1;
}

/// JP-buffer.assign: items of equal size may be copied bit for bit. ArrayBuffer and DataView take
/// any.
bool hasItemsLike(PyObject* self, const Py_buffer& view) {
  if ((flagsOf(self) & bit(wire::TypeFlag::JS_TYPED_ARRAY)) == 0) return true;
  const Py_ssize_t itemBytes = numberOf(self, "BYTES_PER_ELEMENT");
  if (itemBytes == view.itemsize) return true;
  if (!PyErr_Occurred()) {
    PyErr_SetString(PyExc_ValueError, "TypedArray and memorybuffer have incompatible formats");
  }
  return false;
}

/// The bytes of a buffer as a new Uint8Array.
Result<PyRef> uint8ArrayOf(PyObject* buffer) {
  PyRef view = PyRef::steal(PyMemoryView_FromObject(buffer));
  PyRef bytes = view ? PyRef::steal(PyObject_CallMethod(view.get(), "cast", "s", "B")) : PyRef();
  if (!bytes) return takePythonError();
  return JsObjects::current().client().deepCopy(bytes.get(), /*depth=*/1);
}

PyObject* assign(PyObject* self, PyObject* source) {
  const HeldBuffer held(source, kReadable);
  if (!held) return nullptr;
  const Py_ssize_t byteLength = numberOf(self, "byteLength");
  if (byteLength < 0) return nullptr;
  if (byteLength != held.view.len) {
    return PyErr_Format(PyExc_ValueError,
                        "cannot assign to TypedArray of length %zd from buffer of length %zd",
                        byteLength, held.view.len);
  }
  if (!hasItemsLike(self, held.view)) return nullptr;
  if (byteLength == 0) Py_RETURN_NONE;
  auto bytes = uint8ArrayOf(source);
  PyRef start = PyRef::steal(PyLong_FromLong(0));
  if (!bytes || !start) return orRaise(std::move(bytes));
  return askOrRaise(wire::Op::PUT_BUFFER, self, {start.get(), bytes->get()});
}

PyObject* assignTo(PyObject* self, PyObject* target) {
  const HeldBuffer held(target, kWritable);
  if (!held) return nullptr;
  auto copy = copyOf(self);
  if (!copy) return orRaise(std::move(copy));
  const HeldBuffer source(copy->get(), kReadable);
  if (!source) return nullptr;
  if (source.view.len != held.view.len) {
    return PyErr_Format(PyExc_ValueError,
                        "cannot assign from TypedArray of length %zd to buffer of length %zd",
                        source.view.len, held.view.len);
  }
  if (!hasItemsLike(self, held.view)) return nullptr;
  if (held.view.len > 0) {
    std::memcpy(held.view.buf, source.view.buf, static_cast<size_t>(held.view.len));
  }
  Py_RETURN_NONE;
}

PyObject* toMemoryView(PyObject* self, PyObject*) { return orRaise(copyOf(self)); }

PyObject* toBytes(PyObject* self, PyObject*) {
  auto copy = copyOf(self);
  if (!copy) return orRaise(std::move(copy));
  return PyBytes_FromObject(copy->get());
}

/// Decoded by JavaScript's TextDecoder, which answers null for what cannot be decoded.
PyObject* toString(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"encoding", nullptr};
  PyObject* encoding = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:to_string", const_cast<char**>(names),
                                   &encoding)) {
    return nullptr;
  }
  if (!Py_IsNone(encoding) && !PyUnicode_Check(encoding)) {
    return PyErr_Format(PyExc_TypeError, "to_string() argument must be str or None, not %T",
                        encoding);
  }
  auto text = ask(wire::Op::STR, self, {encoding});
  if (text && !PyUnicode_Check(text->get())) {
    PyErr_SetString(PyExc_ValueError, "Failed to decode Javascript TypedArray");
    return nullptr;
  }
  return orRaise(std::move(text));
}

PyObject* callFiles(const char* function, PyObject* self, PyObject* file) {
  auto callable = moduleAttr("_pyodide._js_files", function);
  if (!callable) return orRaise(std::move(callable));
  return PyObject_CallFunctionObjArgs(callable->get(), self, file, nullptr);
}

PyObject* toFile(PyObject* self, PyObject* file) { return callFiles("to_file", self, file); }
PyObject* fromFile(PyObject* self, PyObject* file) { return callFiles("from_file", self, file); }

}  // namespace

void addBufferParts(TypeParts& parts) {
  parts.method("assign", assign, METH_O,
               "assign($self, buffer, /)\n--\n\nCopies a Python buffer of equal length in.");
  parts.method("assign_to", assignTo, METH_O,
               "assign_to($self, buffer, /)\n--\n\nCopies into a Python buffer of equal length.");
  parts.method("to_memoryview", toMemoryView, METH_NOARGS,
               "to_memoryview($self)\n--\n\nA copy as a memoryview of the matching format.");
  parts.method("to_bytes", toBytes, METH_NOARGS, "to_bytes($self)\n--\n\nA copy as bytes.");
  parts.method("to_string", toString, METH_VARARGS | METH_KEYWORDS,
               "to_string($self, encoding=None)\n--\n\nThe text, decoded by TextDecoder.");
  parts.method("to_file", toFile, METH_O,
               "to_file($self, file, /)\n--\n\nWrites the buffer at the file's position.");
  parts.method("from_file", fromFile, METH_O,
               "from_file($self, file, /)\n--\n\nFills the buffer from the file's position.");
  parts.method(
      "_into_file", toFile, METH_O,
      "_into_file($self, file, /)\n--\n\nAs `to_file`; the buffer is not used afterwards.");
}

}  // namespace krait
