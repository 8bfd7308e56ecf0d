#include "tests/unit/support/test-client.h"

#include "kernel/python-error.h"

namespace krait::test {

namespace {

constexpr const char* kCapsuleName = "krait.test.client-object";
constexpr uint32_t kGeneration = 7;

/// What a capsule points to.
struct ClientObject {
  std::shared_ptr<std::map<uint32_t, int>> counts;  // may outlive the client
  Handle handle;
};

ClientObject* clientObject(PyObject* capsule) {
  return static_cast<ClientObject*>(PyCapsule_GetPointer(capsule, kCapsuleName));
}

void destroy(PyObject* capsule) {
  ClientObject* object = clientObject(capsule);
  (*object->counts)[object->handle.index]--;
  delete object;
}

}  // namespace

TestClient::TestClient()
    : null_(PyRef::steal(PyObject_CallNoArgs(reinterpret_cast<PyObject*>(&PyBaseObject_Type)))),
      bigIntType_(PyRef::steal(PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyType_Type),
                                                     "s(O){}", "JsBigInt", &PyLong_Type))) {}

Result<PyRef> TestClient::wrap(Handle handle, uint32_t typeFlags) {
  lastFlags_ = typeFlags;
  return PyRef::steal(PyCapsule_New(new ClientObject{counts_, handle}, kCapsuleName, destroy));
}

std::optional<Handle> TestClient::unwrap(PyObject* object) const {
  if (!PyCapsule_IsValid(object, kCapsuleName)) return std::nullopt;
  return clientObject(object)->handle;
}

Result<PyRef> TestClient::makeBigInt(PyRef integer) {
  PyObject* made = PyObject_CallOneArg(bigIntType_.get(), integer.get());
  if (made == nullptr) return takePythonError();
  return PyRef::steal(made);
}

bool TestClient::isBigInt(PyObject* object) const {
  return reinterpret_cast<PyObject*>(Py_TYPE(object)) == bigIntType_.get();
}

Handle TestClient::introduce(uint32_t index) {
  (*counts_)[index]++;
  return {index, kGeneration};
}

int TestClient::introductions() const {
  int sum = 0;
  for (const auto& [index, count] : *counts_) sum += count;
  return sum;
}

}  // namespace krait::test
