#include "proxy/client-values.h"

namespace krait {

namespace {

/// The text of a `str` in UTF-8, as far as it has one.
std::string plainText(PyObject* str) {
  PyRef bytes = PyRef::steal(PyUnicode_AsEncodedString(str, "utf-8", "replace"));
  if (bytes) return PyBytes_AS_STRING(bytes.get());
  PyErr_Clear();
  return {};
}

}  // namespace

Error clientError(wire::FailureKind kind, const ValueReader& thrown, uint32_t serial,
                  Conversion& conversion, const LastError& lastError) {
  // A miss is no JavaScript error: nothing was thrown.
  if (kind == wire::FailureKind::NO_ATTRIBUTE || kind == wire::FailureKind::NO_ITEM) {
    return {kind, "the JavaScript object has no such property"};
  }
  auto object = conversion.read(thrown);
  if (PyRef original = lastError.find(serial)) {
    return {wire::FailureKind::PYTHON, "an exception that Python raised", std::move(original)};
  }
  if (!object) return object.error();
  if (PyExceptionInstance_Check(object->get())) {
    return {kind, "a JavaScript error", *std::move(object)};
  }
  if (PyUnicode_Check(object->get())) return {kind, plainText(object->get())};
  return {kind, "JavaScript failed and gave no error"};
}

Result<PyRef> clientResult(wire::Status status, const ValueReader& value, Conversion& conversion,
                           PyRef* stopped) {
  auto result = conversion.read(value);
  if (!result || status == wire::Status::RETURNED) return result;
  if (stopped == nullptr) {
    return Error{wire::FailureKind::PROTOCOL, "JavaScript ended what is no iteration"};
  }
  *stopped = *std::move(result);
  return PyRef();
}

}  // namespace krait
