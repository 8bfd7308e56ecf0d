#include "proxy/js-bigint.h"

#include "kernel/python-error.h"
#include "proxy/js-objects.h"

namespace krait {

namespace {

/// An int that an operation of `int` gave, as JsBigInt; anything else as it is.
PyObject* asBigInt(PyObject* result) {
  PyRef owned = PyRef::steal(result);
  if (!owned || !PyLong_CheckExact(owned.get())) return owned.release();
  auto* type = reinterpret_cast<PyObject*>(JsObjects::current().bigIntType());
  return PyObject_CallOneArg(type, owned.get());
}

bool isBigInt(PyObject* object) { return JsObjects::current().isBigInt(object); }

template <unaryfunc PyNumberMethods::* operation>
PyObject* unary(PyObject* self) {
  return asBigInt((PyLong_Type.tp_as_number->*operation)(self));
}

/// The left operand decides. CPython calls this for a plain left operand too, and then it does as
/// int does.
template <binaryfunc PyNumberMethods::* operation>
PyObject* binary(PyObject* left, PyObject* right) {
  PyObject* result = (PyLong_Type.tp_as_number->*operation)(left, right);
  return isBigInt(left) ? asBigInt(result) : result;
}

PyObject* power(PyObject* base, PyObject* exponent, PyObject* modulus) {
  PyObject* result = PyLong_Type.tp_as_number->nb_power(base, exponent, modulus);
  return isBigInt(base) ? asBigInt(result) : result;
}

}  // namespace

Result<PyRef> makeBigIntType(TypeParts& parts) {
  parts.typeFlags = Py_TPFLAGS_BASETYPE;
  parts.slot(Py_tp_doc, const_cast<char*>("An int that becomes a BigInt in JavaScript."));
  parts.slot(Py_nb_negative, unary<&PyNumberMethods::nb_negative>);
  parts.slot(Py_nb_positive, unary<&PyNumberMethods::nb_positive>);
  parts.slot(Py_nb_invert, unary<&PyNumberMethods::nb_invert>);
  parts.slot(Py_nb_absolute, unary<&PyNumberMethods::nb_absolute>);
  parts.slot(Py_nb_add, binary<&PyNumberMethods::nb_add>);
  parts.slot(Py_nb_subtract, binary<&PyNumberMethods::nb_subtract>);
  parts.slot(Py_nb_and, binary<&PyNumberMethods::nb_and>);
  parts.slot(Py_nb_or, binary<&PyNumberMethods::nb_or>);
  parts.slot(Py_nb_xor, binary<&PyNumberMethods::nb_xor>);
  parts.slot(Py_nb_floor_divide, binary<&PyNumberMethods::nb_floor_divide>);
  parts.slot(Py_nb_remainder, binary<&PyNumberMethods::nb_remainder>);
  parts.slot(Py_nb_lshift, binary<&PyNumberMethods::nb_lshift>);
  parts.slot(Py_nb_rshift, binary<&PyNumberMethods::nb_rshift>);
  parts.slot(Py_nb_power, power);
  PyRef type = PyRef::steal(parts.make("pyodide.ffi.JsBigInt", 0, &PyLong_Type));
  if (!type) return takePythonError();
  return type;
}

}  // namespace krait
