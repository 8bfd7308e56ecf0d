#include "proxy/js-exception.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-traceback.h"

namespace krait {

namespace {

PyTypeObject* plainException() { return reinterpret_cast<PyTypeObject*>(PyExc_Exception); }

PyObject* makeNew(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"name", "message", "stack", nullptr};
  PyObject *name, *message = nullptr, *stack = nullptr;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "U|UU:JsException",
                                   const_cast<char**>(names), &name, &message, &stack)) {
    return nullptr;
  }
  PyRef empty = PyRef::steal(PyUnicode_New(0, 0));
  if (!empty) return nullptr;
  return orRaise(JsObjects::current().makeError(type, name, message ? message : empty.get(),
                                                stack ? stack : empty.get()));
}

/// The arguments were used by `makeNew`.
int initialize(PyObject*, PyObject*, PyObject*) { return 0; }

/// The text of a property; "" when it is missing or no text.
Result<PyRef> textOf(PyObject* self, const char* property) {
  PyRef name = PyRef::steal(PyUnicode_FromString(property));
  if (!name) return takePythonError();
  auto value = ask(wire::Op::GET_ATTR, self, {name.get()});
  if (value && PyUnicode_Check(value->get())) return value;
  if (!value) {
    Error error = value.error();
    if (error.kind != wire::FailureKind::NO_ATTRIBUTE) return error;
  }
  PyRef empty = PyRef::steal(PyUnicode_New(0, 0));
  if (!empty) return takePythonError();
  return empty;
}

/// "<name>: <message>" (ER-js2py).
PyObject* text(PyObject* self) {
  auto name = textOf(self, "name");
  if (!name) return orRaise(std::move(name));
  auto message = textOf(self, "message");
  if (!message) return orRaise(std::move(message));
  return PyUnicode_FromFormat("%U: %U", name->get(), message->get());
}

/// JsExceptions may be looked up in sets by tools that handle exceptions; equal ones have one
/// handle.
Py_hash_t hash(PyObject* self) {
  const Handle handle = fieldsOf(self).handle;
  const auto mixed = static_cast<Py_hash_t>(handle.index * 2654435761u ^ handle.generation);
  return mixed == -1 ? -2 : mixed;
}

PyObject* jsError(PyObject* self, void*) { return Py_NewRef(self); }

PyObject* args(PyObject* self, void*) {
  PyRef message = PyRef::steal(PyObject_Str(self));
  return message ? PyTuple_Pack(1, message.get()) : nullptr;
}

/// The frames of JavaScript join when somebody looks, since errors are mostly caught unseen.
void joinJsFrames(PyObject* self, PyObject* traceback) {
  auto* exception = reinterpret_cast<JsExceptionObject*>(self);
  if (exception->hasJsFrames) return;
  exception->hasJsFrames = true;
  auto stack = textOf(self, "stack");
  auto joined = stack ? appendJsFrames(traceback, stack->get()) : Result<void>(stack.error());
  if (!joined) PyErr_Clear();  // a traceback without them is better than none
}

PyObject* getTraceback(PyObject* self, void*) {
  PyRef traceback = PyRef::steal(PyException_GetTraceback(self));
  if (!traceback) Py_RETURN_NONE;
  joinJsFrames(self, traceback.get());
  return traceback.release();
}

int setTraceback(PyObject* self, PyObject* traceback, void*) {
  if (traceback == nullptr) {
    PyErr_SetString(PyExc_TypeError, "__traceback__ may not be deleted");
    return -1;
  }
  reinterpret_cast<JsExceptionObject*>(self)->hasJsFrames = false;
  return PyException_SetTraceback(self, traceback);
}

PyObject* reduce(PyObject* self, PyObject*) {
  auto name = textOf(self, "name");
  if (!name) return orRaise(std::move(name));
  auto message = textOf(self, "message");
  if (!message) return orRaise(std::move(message));
  auto stack = textOf(self, "stack");
  if (!stack) return orRaise(std::move(stack));
  PyObject* dict = reinterpret_cast<PyBaseExceptionObject*>(self)->dict;
  return Py_BuildValue("O(OOO)O", Py_TYPE(self), name->get(), message->get(), stack->get(),
                       dict ? dict : Py_None);
}

void deallocException(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  release(fieldsOf(self));
  plainException()->tp_dealloc(self);
  Py_DECREF(type);
}

int traverseException(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  const int stopped = traverse(fieldsOf(self), visit, arg);
  return stopped ? stopped : plainException()->tp_traverse(self, visit, arg);
}

int clearException(PyObject* self) {
  release(fieldsOf(self));
  return plainException()->tp_clear(self);
}

}  // namespace

void addExceptionParts(TypeParts& parts) {
  parts.slot(Py_tp_new, makeNew);
  parts.slot(Py_tp_init, initialize);
  parts.slot(Py_tp_str, text);
  parts.slot(Py_tp_hash, hash);
  parts.property("js_error", jsError, "The error itself.");
  parts.property("args", args, "A tuple of the text.");
  parts.property("__traceback__", getTraceback, "With the frames of JavaScript.", setTraceback);
  parts.method("__reduce__", reduce, METH_NOARGS,
               "__reduce__($self)\n--\n\nName, message, stack and Python attributes.");
}

void addExceptionStorage(TypeParts& parts) {
  parts.typeFlags |= Py_TPFLAGS_HAVE_GC;
  parts.slot(Py_tp_dealloc, deallocException);
  parts.slot(Py_tp_traverse, traverseException);
  parts.slot(Py_tp_clear, clearException);
}

Result<PyRef> newException(PyTypeObject* type, Handle handle, uint32_t flags) {
  PyRef nothing = PyRef::steal(PyTuple_New(0));
  PyRef object =
      nothing ? PyRef::steal(plainException()->tp_new(type, nothing.get(), nullptr)) : PyRef();
  if (!object) {
    JsObjects::current().client().release(handle, 1);
    return takePythonError();
  }
  fieldsOf(object.get()) = {.handle = handle, .flags = flags, .owner = nullptr, .lender = nullptr};
  return object;
}

}  // namespace krait
