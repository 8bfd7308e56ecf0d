#include "proxy/js-objects.h"

#include <array>

#include "kernel/type-flags.h"
#include "proxy/js-bigint.h"
#include "proxy/js-conversion.h"
#include "proxy/js-exception.h"
#include "proxy/js-null.h"
#include "proxy/js-proxy.h"
#include "proxy/js-types.h"
#include "proxy/js-views.h"

namespace krait {

namespace {

JsObjects* instance = nullptr;

constexpr const char* kProxyName = "pyodide.ffi.JsProxy";
constexpr const char* kExceptionName = "pyodide.ffi.JsException";

bool isException(uint32_t flags) { return (flags & bit(wire::TypeFlag::EXCEPTION)) != 0; }

size_t basicBytes(bool isException) {
  return isException ? sizeof(JsExceptionObject) : sizeof(JsProxyObject);
}

void addStorage(bool isException, TypeParts& parts) {
  if (isException) {
    addExceptionStorage(parts);
  } else {
    addProxyStorage(parts);
    parts.typeFlags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
  }
}

}  // namespace

JsObjects::JsObjects(size_t maxClasses) : maxClasses_(maxClasses), former_(instance) {
  instance = this;
}

JsObjects::~JsObjects() { instance = former_; }

JsObjects& JsObjects::current() { return *instance; }

void JsObjects::connect(Client& client, LastError& lastError) {
  client_ = &client;
  lastError_ = &lastError;
}

Result<void> JsObjects::makeTypes() {
  if (bigIntType_) return {};
  struct Made {
    PyRef& place;
    Result<PyRef> result;
  };
  for (Made& made : std::array<Made, 4>{
           Made{proxyType_, makeBaseType(/*isException=*/false)},
           Made{exceptionType_, makeBaseType(/*isException=*/true)},
           Made{jsNull_, makeJsNull(parts_.emplace_back())},
           Made{bigIntType_, makeBigIntType(parts_.emplace_back())},
       }) {
    if (!made.result) return made.result.error();
    made.place = *std::move(made.result);
  }
  types_.emplace(bit(wire::TypeFlag::EXCEPTION), exceptionType_.dup());
  flagsOf_.emplace(proxyType(), 0);
  flagsOf_.emplace(exceptionType(), bit(wire::TypeFlag::EXCEPTION));
  return {};
}

Result<PyRef> JsObjects::makeBaseType(bool isException) {
  TypeParts& parts = parts_.emplace_back();
  parts.typeFlags = Py_TPFLAGS_BASETYPE;
  addStorage(isException, parts);
  addAttributeParts(parts);
  addObjectParts(parts);
  addConversionParts(parts);
  addBindingParts(parts);
  isException ? addExceptionParts(parts) : addProxyParts(parts);
  auto* base = isException ? reinterpret_cast<PyTypeObject*>(PyExc_Exception) : nullptr;
  PyRef type = PyRef::steal(
      parts.make(isException ? kExceptionName : kProxyName, basicBytes(isException), base));
  if (!type) return takePythonError();
  return type;
}

Result<PyTypeObject*> JsObjects::typeFor(uint32_t flags) {
  const auto known = types_.find(flags);
  if (known != types_.end()) return reinterpret_cast<PyTypeObject*>(known->second.get());
  if (types_.size() >= maxClasses_) {
    return Error{wire::FailureKind::LIMIT, "JavaScript objects of more than " +
                                               std::to_string(maxClasses_) + " different shapes"};
  }
  TypeParts& parts = parts_.emplace_back();
  parts.typeFlags = Py_TPFLAGS_BASETYPE;  // views (js-views.h) derive from it
  addStorage(isException(flags), parts);
  addPartsFor(flags, parts);
  PyRef type = PyRef::steal(parts.make(isException(flags) ? kExceptionName : kProxyName,
                                       basicBytes(isException(flags)),
                                       isException(flags) ? exceptionType() : proxyType()));
  if (!type) return takePythonError();
  if (auto joined = joinAbstractClasses(flags, type.get()); !joined) return joined.error();
  auto* made = reinterpret_cast<PyTypeObject*>(type.get());
  flagsOf_.emplace(made, flags);
  types_.emplace(flags, std::move(type));
  return made;
}

Result<PyRef> JsObjects::wrap(Handle handle, uint32_t typeFlags) {
  const uint32_t flags = classFlags(typeFlags);
  auto type = typeFor(flags);
  if (!type) {
    client_->release(handle, 1);
    return type.error();
  }
  if (isException(flags)) return newException(*type, handle, flags);
  auto proxy =
      newProxy(*type, {.handle = handle, .flags = flags, .owner = nullptr, .lender = nullptr});
  if (!proxy) client_->release(handle, 1);
  return proxy;
}

std::optional<Handle> JsObjects::unwrap(PyObject* object) const {
  if (!isJs(object)) return std::nullopt;
  const Handle handle = fieldsOf(object).handle;
  if (handle.index == 0) return std::nullopt;
  return handle;
}

Result<PyRef> JsObjects::makeBigInt(PyRef integer) {
  PyRef made = PyRef::steal(PyObject_CallOneArg(bigIntType_.get(), integer.get()));
  if (!made) return takePythonError();
  return made;
}

bool JsObjects::isBigInt(PyObject* object) const {
  return PyObject_TypeCheck(object, bigIntType());
}

Result<PyRef> JsObjects::bind(PyObject* function, PyObject* owner) {
  JsFields fields = fieldsOf(function);
  fields.owner = Py_NewRef(owner);
  fields.lender = Py_NewRef(function);
  return newProxy(Py_TYPE(function), fields);
}

Result<PyRef> JsObjects::view(PyObject* proxy, PyTypeObject* type, uint32_t flags) {
  JsFields fields = krait::fieldsOf(proxy);
  fields.flags = flags;
  fields.owner = Py_XNewRef(fields.owner);
  fields.lender = Py_NewRef(proxy);
  return newProxy(type, fields);
}

Result<PyRef> JsObjects::makeError(PyTypeObject* type, PyObject* name, PyObject* message,
                                   PyObject* stack) {
  PyObject* texts[] = {name, message, stack};
  auto made = client_->ask(wire::Op::MAKE_ERROR, {}, texts);
  if (!made || Py_TYPE(made->get()) == type) return made;
  if (!isJs(made->get())) {
    return Error{wire::FailureKind::PROTOCOL, "JavaScript made no error of a JsException"};
  }
  // A Python subclass was asked for: its instance takes the handle over.
  const Handle handle = std::exchange(fieldsOf(made->get()).handle, {});
  return newException(type, handle, krait::flagsOf(made->get()));
}

void JsObjects::retireMethod(Handle handle) {
  Handle& oldest = retired_[nextRetired_++ % retired_.size()];
  if (oldest.index != 0) client_->release(oldest, 1);
  oldest = handle;
  hasRetired_ = true;
}

void JsObjects::releaseRetired() {
  if (!hasRetired_) return;
  hasRetired_ = false;
  for (Handle& handle : retired_) {
    if (handle.index != 0) client_->release(std::exchange(handle, {}), 1);
  }
}

uint32_t JsObjects::flagsOf(PyTypeObject* type) const {
  for (; type != nullptr; type = type->tp_base) {
    const auto known = flagsOf_.find(type);
    if (known != flagsOf_.end()) return known->second;
  }
  return 0;
}

}  // namespace krait
