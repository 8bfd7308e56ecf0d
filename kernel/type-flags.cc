#include "kernel/type-flags.h"

#include <array>

#include "kernel/modules.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

using wire::TypeFlag;

constexpr uint32_t bitIf(bool condition, TypeFlag flag) { return condition ? bit(flag) : 0; }

/// Whether a special method is set to None, by which a class says that it does without (data model,
/// "Special method names"). The slot is filled then all the same.
bool isRefused(PyTypeObject* type, const char* method) {
  PyRef name = PyRef::steal(PyUnicode_InternFromString(method));
  if (!name) return PyErr_Clear(), false;
  const Py_ssize_t classes = PyTuple_GET_SIZE(type->tp_mro);
  for (Py_ssize_t i = 0; i < classes; i++) {
    auto* owner = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
    PyRef members = PyRef::steal(PyType_GetDict(owner));
    PyObject* found = members ? PyDict_GetItemWithError(members.get(), name.get()) : nullptr;
    if (found != nullptr) return Py_IsNone(found);
  }
  PyErr_Clear();
  return false;
}

uint32_t containerFlags(PyTypeObject* type) {
  const PySequenceMethods* sequence = type->tp_as_sequence;
  const PyMappingMethods* mapping = type->tp_as_mapping;
  const bool hasItems = (mapping && mapping->mp_subscript) || (sequence && sequence->sq_item);
  const bool writesItems =
      (mapping && mapping->mp_ass_subscript) || (sequence && sequence->sq_ass_item);
  const bool hasLength = (sequence && sequence->sq_length) || (mapping && mapping->mp_length);
  const bool hasContains = sequence && sequence->sq_contains && !isRefused(type, "__contains__");
  return bitIf(hasLength, TypeFlag::HAS_LENGTH) | bitIf(hasItems, TypeFlag::HAS_GET) |
         bitIf(writesItems, TypeFlag::HAS_SET) | bitIf(hasContains, TypeFlag::HAS_CONTAINS) |
         bitIf(type == &PyDict_Type, TypeFlag::DICT) |
         bitIf(type->tp_as_buffer && type->tp_as_buffer->bf_getbuffer, TypeFlag::BUFFER);
}

uint32_t iterationFlags(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  const PyAsyncMethods* async = type->tp_as_async;
  const bool isDict = PyType_HasFeature(type, Py_TPFLAGS_DICT_SUBCLASS);
  const bool bySequence = !isDict && type->tp_as_sequence && type->tp_as_sequence->sq_item;
  const bool isIterable =
      type->tp_iter ? !isRefused(type, "__iter__") : static_cast<bool>(bySequence);
  return bitIf(isIterable, TypeFlag::ITERABLE) | bitIf(PyIter_Check(object), TypeFlag::ITERATOR) |
         bitIf(async && async->am_aiter, TypeFlag::ASYNC_ITERABLE) |
         bitIf(async && async->am_anext, TypeFlag::ASYNC_ITERATOR) |
         bitIf(async && async->am_await, TypeFlag::AWAITABLE);
}

Result<bool> isRegistered(PyTypeObject* type, const char* abstractClass) {
  auto base = moduleAttr("_collections_abc", abstractClass);
  if (!base) return base.error();
  const int answer = PyObject_IsSubclass(reinterpret_cast<PyObject*>(type), base->get());
  if (answer < 0) return takePythonError();
  return answer == 1;
}

/// Adds `flag` when `flags` has all of `needed` and the type is registered with the class of
/// `collections.abc`, which is asked last since it may run code.
Result<void> addIfRegistered(PyTypeObject* type, const char* abstractClass, uint32_t needed,
                             TypeFlag flag, uint32_t& flags) {
  if ((flags & needed) != needed) return {};
  auto registered = isRegistered(type, abstractClass);
  if (!registered) return registered.error();
  flags |= bitIf(*registered, flag);
  return {};
}

Result<uint32_t> computeFlags(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  uint32_t flags =
      containerFlags(type) | iterationFlags(object) |
      bitIf(type->tp_call != nullptr, TypeFlag::CALLABLE) |
      bitIf(PyType_HasFeature(type, Py_TPFLAGS_TYPE_SUBCLASS), TypeFlag::CLASS) |
      bitIf(PyType_HasFeature(type, Py_TPFLAGS_BASE_EXC_SUBCLASS), TypeFlag::EXCEPTION);
  const uint32_t readable = bit(TypeFlag::HAS_LENGTH) | bit(TypeFlag::HAS_GET) |
                            bit(TypeFlag::HAS_CONTAINS) | bit(TypeFlag::ITERABLE);
  const struct {
    const char* name;
    uint32_t needed;
    TypeFlag flag;
  } rows[] = {
      {"Generator", bit(TypeFlag::ITERATOR), TypeFlag::GENERATOR},
      {"AsyncGenerator", bit(TypeFlag::ASYNC_ITERATOR), TypeFlag::ASYNC_GENERATOR},
      {"Sequence", readable, TypeFlag::SEQUENCE},
      {"MutableSequence", bit(TypeFlag::SEQUENCE) | bit(TypeFlag::HAS_SET),
       TypeFlag::MUTABLE_SEQUENCE},
  };
  for (const auto& row : rows) {
    auto added = addIfRegistered(type, row.name, row.needed, row.flag, flags);
    if (!added) return added.error();
  }
  return flags;
}

/// Flags by the version of their type. CPython gives a type a new version, never used before, when
/// it or a base of it changes; being registered as a Sequence shows in the type's own flags.
struct CachedFlags {
  uint32_t version = 0;
  bool isCollection = false;
  uint32_t flags = 0;
};

Result<uint32_t> flagsByType(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  static std::array<CachedFlags, 1024> cache;  // as CPython's own: one interpreter a process
  const bool isCollection =
      PyType_HasFeature(type, Py_TPFLAGS_SEQUENCE) || PyType_HasFeature(type, Py_TPFLAGS_MAPPING);
  if (!PyUnstable_Type_AssignVersionTag(type)) return computeFlags(object);
  const uint32_t version = type->tp_version_tag;
  CachedFlags& cached = cache[version % cache.size()];
  if (cached.version != version || cached.isCollection != isCollection) {
    auto flags = computeFlags(object);
    if (!flags) return flags.error();
    cached = {version, isCollection, *flags};
  }
  return cached.flags;
}

/// `types.coroutine` marks the function, so that only the object's own code tells
/// (PX-present.await).
bool isAwaitableGenerator(PyObject* object) {
  if (!PyGen_CheckExact(object)) return false;
  PyRef code = PyRef::steal(
      reinterpret_cast<PyObject*>(PyGen_GetCode(reinterpret_cast<PyGenObject*>(object))));
  return (reinterpret_cast<PyCodeObject*>(code.get())->co_flags & CO_ITERABLE_COROUTINE) != 0;
}

}  // namespace

Result<uint32_t> typeFlagsOf(PyObject* object) {
  auto flags = flagsByType(object);
  if (!flags) return flags.error();
  *flags |= bitIf(isAwaitableGenerator(object), TypeFlag::AWAITABLE);
  if (PyType_Check(object) && (*flags & bit(TypeFlag::HAS_GET)) == 0) {
    const int isGeneric = PyObject_HasAttrStringWithError(object, "__class_getitem__");
    if (isGeneric < 0) return takePythonError();
    *flags |= bitIf(isGeneric == 1, TypeFlag::HAS_GET);
  }
  return flags;
}

Result<PyRef> typeNameOf(PyObject* object) {
  PyRef name = PyRef::steal(PyUnicode_FromString(Py_TYPE(object)->tp_name));
  if (!name) return takePythonError();
  return name;
}

}  // namespace krait
