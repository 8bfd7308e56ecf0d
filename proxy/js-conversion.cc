#include "proxy/js-conversion.h"

#include "proxy/js-proxy.h"

namespace krait {

namespace {

/// A converter is asked by JavaScript, which makes the walk (TC-toPy.default).
PyObject* toPy(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"depth", "default_converter", nullptr};
  int depth = -1;
  PyObject* converter = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|$iO:to_py", const_cast<char**>(names),
                                   &depth, &converter)) {
    return nullptr;
  }
  PyRef levels = PyRef::steal(PyLong_FromLong(depth));
  return levels ? askOrRaise(wire::Op::TO_NATIVE, self, {levels.get(), converter}) : nullptr;
}

PyObject* unwrapDouble(PyObject* self, PyObject*) { return askOrRaise(wire::Op::UNWRAP, self); }

PyObject* destroyDouble(PyObject* self, PyObject*) {
  return orRaise(askMethod(self, "destroy", {}));
}

}  // namespace

void addConversionParts(TypeParts& parts) {
  parts.method("to_py", toPy, METH_VARARGS | METH_KEYWORDS,
               "to_py($self, *, depth=-1, default_converter=None)\n--\n\n"
               "A deep copy as Python containers.");
}

void addDoubleProxyParts(TypeParts& parts) {
  parts.method("unwrap", unwrapDouble, METH_NOARGS,
               "unwrap($self)\n--\n\nThe Python object inside.");
  parts.method("destroy", destroyDouble, METH_NOARGS,
               "destroy($self)\n--\n\nEnds the JavaScript proxy; the Python object is released.");
}

}  // namespace krait
