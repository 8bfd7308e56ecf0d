#include "proxy/js-types.h"

#include <initializer_list>

#include "kernel/modules.h"
#include "kernel/python-error.h"
#include "kernel/type-flags.h"
#include "proxy/js-array.h"
#include "proxy/js-calls.h"
#include "proxy/js-conversion.h"
#include "proxy/js-items.h"
#include "proxy/js-iteration.h"
#include "proxy/js-promise.h"
#include "proxy/js-search.h"
#include "proxy/js-views.h"

namespace krait {

namespace {

using enum wire::TypeFlag;

constexpr uint32_t kArrays = bit(JS_ARRAY) | bit(JS_TYPED_ARRAY) | bit(JS_ARRAY_LIKE);

bool has(uint32_t flags, wire::TypeFlag flag) { return (flags & bit(flag)) != 0; }

void addContainerParts(uint32_t flags, TypeParts& parts) {
  if (flags & (bit(HAS_LENGTH) | kArrays)) addLengthParts(parts);
  if (has(flags, HAS_CONTAINS)) addContainsParts(parts);
  if (has(flags, JS_TYPED_ARRAY)) {
    addTypedArrayParts(parts);
    addReverseParts(parts);
    addSearchParts(parts);
  } else if (has(flags, JS_ARRAY)) {
    addSequenceParts(parts);
    addMutableArrayParts(parts);
    addReverseParts(parts);
    addSearchParts(parts);
  } else {
    if (has(flags, HAS_GET)) addGetParts(parts);
    if (has(flags, HAS_SET)) addSetParts(parts);
    if (has(flags, JS_ARRAY_LIKE) && !has(flags, HAS_GET)) {
      addSequenceParts(parts);
      addSearchParts(parts);
    }
  }
}

void addIterationParts(uint32_t flags, TypeParts& parts) {
  if (has(flags, ITERABLE)) addIterableParts(parts);
  if (has(flags, ITERATOR)) addIteratorParts(parts, has(flags, ITERABLE));
  if (has(flags, GENERATOR)) addGeneratorParts(parts);
  if (has(flags, ASYNC_ITERABLE)) addAsyncIterableParts(parts);
  if (has(flags, ASYNC_ITERATOR)) addAsyncIteratorParts(parts, has(flags, ASYNC_ITERABLE));
  if (has(flags, ASYNC_GENERATOR)) addAsyncGeneratorParts(parts);
}

Result<void> registerAt(PyObject* abstract, PyObject* type) {
  PyRef done = PyRef::steal(PyObject_CallMethod(abstract, "register", "O", type));
  if (!done) return takePythonError();
  return {};
}

/// Registers `type` at a class of `collections.abc` and takes over methods that it defines by the
/// others.
Result<void> join(PyObject* type, const char* abstractName,
                  std::initializer_list<const char*> methods) {
  auto abstract = moduleAttr("collections.abc", abstractName);
  if (!abstract) return abstract.error();
  for (const char* name : methods) {
    PyRef method = PyRef::steal(PyObject_GetAttrString(abstract->get(), name));
    if (!method || PyObject_SetAttrString(type, name, method.get()) < 0) return takePythonError();
  }
  return registerAt(abstract->get(), type);
}

}  // namespace

uint32_t classFlags(uint32_t typeFlags) {
  uint32_t flags = typeFlags & (2 * bit(MUTABLE_MAP) - 1);
  if (flags & (bit(CALLABLE) | bit(BUFFER))) flags &= ~bit(EXCEPTION);
  // A map is indexed by keys, so what is like an array and a map is a map.
  if (has(flags, DICT)) flags &= ~kArrays;
  return flags;
}

void addPartsFor(uint32_t flags, TypeParts& parts) {
  if (has(flags, CALLABLE)) addCallableParts(parts);
  addContainerParts(flags, parts);
  addIterationParts(flags, parts);
  if (has(flags, AWAITABLE)) addAwaitableParts(parts);
  if (has(flags, BUFFER)) addBufferParts(parts);
  if (has(flags, JS_PROXY_OF_PYTHON)) addDoubleProxyParts(parts);
  if (has(flags, JS_DISPOSABLE)) addDisposableParts(parts);
  if (has(flags, JS_ASYNC_DISPOSABLE)) addAsyncDisposableParts(parts);
  addViewParts(flags, parts);
  if (has(flags, DICT)) parts.typeFlags |= Py_TPFLAGS_MAPPING;
  if (flags & kArrays) parts.typeFlags |= Py_TPFLAGS_SEQUENCE;
}

Result<void> joinAbstractClasses(uint32_t flags, PyObject* type) {
  if (has(flags, MUTABLE_MAP)) {
    auto joined =
        join(type, "MutableMapping",
             {"pop", "popitem", "clear", "update", "setdefault", "_MutableMapping__marker"});
    if (!joined) return joined;
  }
  if (has(flags, DICT)) return join(type, "Mapping", {"keys", "items", "values", "get"});
  if (has(flags, JS_ARRAY)) return join(type, "MutableSequence", {"remove"});
  if (flags & kArrays) return join(type, "Sequence", {});
  return {};
}

}  // namespace krait
