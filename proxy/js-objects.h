#pragma once

#include <array>
#include <deque>
#include <unordered_map>

#include "kernel/foreign.h"
#include "kernel/handle-table.h"
#include "kernel/python-error.h"
#include "proxy/client.h"
#include "proxy/js-type-parts.h"

namespace krait {

/// The Python side of JavaScript objects: makes a JsProxy or JsException of a handle, and owns
/// their types.
///
/// What an object can do shows in its class (presence of `__len__`, `__call__` ...), so there is
/// one class for each set of TypeFlags that was met, all named alike. The GIL must be held for
/// every call.
class JsObjects final : public ForeignObjects {
 public:
  /// Programs meet some dozens.
  static constexpr size_t kDefaultMaxClasses = 4096;

  /// Classes beyond `maxClasses` fail `wrap` with `limit`.
  explicit JsObjects(size_t maxClasses = kDefaultMaxClasses);
  ~JsObjects() override;
  JsObjects(const JsObjects&) = delete;
  JsObjects& operator=(const JsObjects&) = delete;

  /// The one that was made last. Type slots and module functions get no context from CPython, so
  /// they find it here.
  static JsObjects& current();

  /// Says who answers. Call it before Python starts.
  void connect(Client& client, LastError& lastError);
  /// Says what JavaScript's handles of Python objects are in.
  void setTable(HandleTable& table) { table_ = &table; }
  Client& client() { return *client_; }
  HandleTable& table() { return *table_; }
  LastError& lastError() { return *lastError_; }

  /// Makes the types that do not depend on flags. Needs a running interpreter; repeated calls do
  /// nothing.
  Result<void> makeTypes();

  Result<PyRef> wrap(Handle handle, uint32_t typeFlags) override;
  std::optional<Handle> unwrap(PyObject* object) const override;
  PyRef jsNull() override { return jsNull_.dup(); }
  Result<PyRef> makeBigInt(PyRef integer) override;
  bool isBigInt(PyObject* object) const override;

  /// A proxy of the same object whose calls get `owner` as `this` (JP-getattr.method).
  Result<PyRef> bind(PyObject* function, PyObject* owner);
  /// A further view of the same object, of a class that Python derived from one of ours; `flags`
  /// are those that it is told to have.
  Result<PyRef> view(PyObject* proxy, PyTypeObject* type, uint32_t flags);
  /// Gives back the handle of a method that was read as an attribute, but not at once: `x.f()` in a
  /// loop then finds the function still known to the client. A few wait at most, until
  /// `releaseRetired` at the latest.
  void retireMethod(Handle handle);
  /// To be called when Python code is left for JavaScript.
  void releaseRetired();
  /// A new JavaScript error (ER-pickle): an instance of `type`, a JsException class.
  Result<PyRef> makeError(PyTypeObject* type, PyObject* name, PyObject* message, PyObject* stack);

  /// The flags of a JsProxy or JsException class or of a Python subclass of one; 0 for others.
  uint32_t flagsOf(PyTypeObject* type) const;

  PyTypeObject* proxyType() const { return reinterpret_cast<PyTypeObject*>(proxyType_.get()); }
  PyTypeObject* exceptionType() const {
    return reinterpret_cast<PyTypeObject*>(exceptionType_.get());
  }
  PyTypeObject* nullType() const { return Py_TYPE(jsNull_.get()); }
  PyTypeObject* bigIntType() const { return reinterpret_cast<PyTypeObject*>(bigIntType_.get()); }

 private:
  Result<PyTypeObject*> typeFor(uint32_t flags);
  Result<PyRef> makeBaseType(bool isException);

  const size_t maxClasses_;
  JsObjects* const former_;  // becomes current again
  Client* client_ = nullptr;
  HandleTable* table_ = nullptr;
  LastError* lastError_ = nullptr;
  std::deque<TypeParts> parts_;  // tables that the types point to
  PyRef proxyType_;
  PyRef exceptionType_;
  PyRef jsNull_;
  PyRef bigIntType_;
  std::array<Handle, 16> retired_;
  uint32_t nextRetired_ = 0;
  bool hasRetired_ = false;
  std::unordered_map<uint32_t, PyRef> types_;
  std::unordered_map<PyTypeObject*, uint32_t> flagsOf_;
};

}  // namespace krait
