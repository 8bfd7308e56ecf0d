#include "kernel/operations/call-arguments.h"

#include "kernel/python-error.h"

namespace krait {

CallArguments::~CallArguments() {
  for (size_t i = 0; i < count_; i++) Py_DECREF(first_[i]);
}

Result<void> CallArguments::read(Arguments& arguments, PyObject* self) {
  const size_t values = arguments.positionalLeft() + size_t{arguments.keywordCount()};
  if (values + 2 > kInline) {
    heap_ = std::make_unique<PyObject*[]>(values + 2);
    first_ = heap_.get() + 1;
  }
  if (self != nullptr) push(Py_NewRef(self));
  positional_ = count_ + arguments.positionalLeft();
  for (size_t i = 0; i < values; i++) {
    auto value = arguments.next();
    if (!value) return value.error();
    push(value->release());
  }
  return arguments.keywordCount() == 0 ? Result<void>() : readNames(arguments);
}

Result<void> CallArguments::readNames(Arguments& arguments) {
  const uint32_t count = arguments.keywordCount();
  names_ = PyRef::steal(PyTuple_New(count));
  if (!names_) return takePythonError();
  for (uint32_t i = 0; i < count; i++) {
    auto name = arguments.name();
    if (!name) return name.error();
    PyTuple_SET_ITEM(names_.get(), i, name->release());
  }
  return {};
}

Result<PyRef> CallArguments::call(PyObject* callable) {
  PyObject* result = PyObject_Vectorcall(callable, first_, flaggedCount(), names_.get());
  if (result == nullptr) return takePythonError();
  return PyRef::steal(result);
}

Result<PyRef> CallArguments::callMethod(PyObject* name) {
  PyObject* result = PyObject_VectorcallMethod(name, first_, flaggedCount(), names_.get());
  if (result == nullptr) return takePythonError();
  return PyRef::steal(result);
}

}  // namespace krait
