#include <string>

#include "kernel/python-error.h"
#include "proxy/js-objects.h"
#include "proxy/js-proxy.h"

namespace krait {

namespace {

PyObject* text(PyObject* self) {
  auto answer = ask(wire::Op::REPR, self);
  if (answer && !PyUnicode_Check(answer->get())) {
    answer = Error{wire::FailureKind::PROTOCOL, "JavaScript's toString gave no text"};
  }
  return orRaise(std::move(answer));
}

int isTrue(PyObject* self) {
  auto answer = ask(wire::Op::TRUTH, self);
  if (!answer) return orRaiseStatus(std::move(answer));
  return PyObject_IsTrue(answer->get());
}

const char* operatorText(int operation) {
  switch (operation) {
    case Py_LT:
      return "<";
    case Py_LE:
      return "<=";
    case Py_GT:
      return ">";
    default:
      return ">=";
  }
}

/// JP-eq. One JavaScript object has one handle, so equality asks nothing.
PyObject* compare(PyObject* self, PyObject* other, int operation) {
  if (!isJs(other)) Py_RETURN_NOTIMPLEMENTED;
  if (operation == Py_EQ || operation == Py_NE) {
    const bool areEqual = fieldsOf(self).handle == fieldsOf(other).handle;
    return PyBool_FromLong(areEqual == (operation == Py_EQ));
  }
  PyRef symbol = PyRef::steal(PyUnicode_FromString(operatorText(operation)));
  if (!symbol) return nullptr;
  return askOrRaise(wire::Op::COMPARE, self, {other, symbol.get()});
}

/// JP-hash. Stays the same while the object lives, whether Python holds it all the time or not.
PyObject* jsId(PyObject* self, void*) { return askOrRaise(wire::Op::IDENTITY, self); }

PyObject* typeOf(PyObject* self, void*) { return askOrRaise(wire::Op::TYPE_OF, self); }

PyObject* ownProperties(PyObject* self, const char* what) {
  PyRef name = PyRef::steal(PyUnicode_FromString(what));
  if (!name) return nullptr;
  return askOrRaise(wire::Op::OWN_PROPERTIES, self, {name.get()});
}

PyObject* objectKeys(PyObject* self, PyObject*) { return ownProperties(self, "keys"); }
PyObject* objectValues(PyObject* self, PyObject*) { return ownProperties(self, "values"); }
PyObject* objectEntries(PyObject* self, PyObject*) { return ownProperties(self, "entries"); }

PyObject* toWeakRef(PyObject* self, PyObject*) { return askOrRaise(wire::Op::WEAK_REF, self); }

}  // namespace

void addObjectParts(TypeParts& parts) {
  parts.slot(Py_tp_repr, text);
  parts.slot(Py_tp_richcompare, compare);
  parts.property("js_id", jsId, "A number that all views of one object have in common.");
  parts.property("typeof", typeOf, "What JavaScript's `typeof` says.");
  parts.method("object_keys", objectKeys, METH_NOARGS,
               "object_keys($self)\n--\n\nThe result of `Object.keys(x)`.");
  parts.method("object_values", objectValues, METH_NOARGS,
               "object_values($self)\n--\n\nThe result of `Object.values(x)`.");
  parts.method("object_entries", objectEntries, METH_NOARGS,
               "object_entries($self)\n--\n\nThe result of `Object.entries(x)`.");
  parts.method("to_weakref", toWeakRef, METH_NOARGS,
               "to_weakref($self)\n--\n\nA `WeakRef` to the object.");
}

void addProxyParts(TypeParts& parts) {
  parts.slot(Py_nb_bool, isTrue);
  parts.slot(Py_tp_hash, PyObject_HashNotImplemented);
  parts.property("__dict__", PyObject_GenericGetDict, "What is kept on the Python side.",
                 PyObject_GenericSetDict);
}

}  // namespace krait
