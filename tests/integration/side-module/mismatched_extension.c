// An extension module whose functions take fewer or more arguments than CPython gives them, or give
// nothing back, as wheels were found to have them. Other machines forgive it.

#include <Python.h>

static PyObject* alone(PyObject* self) {
  (void)self;
  return PyLong_FromLong(1);
}

static PyObject* greedy(PyObject* self, PyObject* value, PyObject* nothing) {
  (void)self;
  if (nothing != NULL) return PyErr_Format(PyExc_SystemError, "a third argument came from nowhere");
  return Py_NewRef(value);
}

static PyObject* nobody(void) { return PyLong_FromLong(2); }

static PyObject* getSize(PyObject* self) {
  (void)self;
  return PyLong_FromLong(3);
}

static int lastSize = 0;

static void setSize(PyObject* self, PyObject* value) {
  (void)self;
  lastSize = PyLong_AsInt(value);
}

static PyObject* last(PyObject* self, PyObject* none) {
  (void)self;
  (void)none;
  return PyLong_FromLong(lastSize);
}

#define AS(type, function) ((type)(void (*)(void))(function))

static PyMethodDef methods[] = {
    {"alone", AS(PyCFunction, alone), METH_NOARGS, NULL},
    {"greedy", AS(PyCFunction, greedy), METH_O, NULL},
    {"nobody", AS(PyCFunction, nobody), METH_VARARGS | METH_KEYWORDS, NULL},
    {"last", last, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef boxMethods[] = {
    {"alone", AS(PyCFunction, alone), METH_NOARGS, NULL},
    {"made", AS(PyCFunction, nobody), METH_FASTCALL | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef boxAttributes[] = {
    {"size", AS(getter, getSize), AS(setter, setSize), NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot boxSlots[] = {
    {Py_tp_methods, boxMethods},
    {Py_tp_getset, boxAttributes},
    {0, NULL},
};
static PyType_Spec boxSpec = {
    .name = "mismatched_extension.Box",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = boxSlots,
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "mismatched_extension",
                                        .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_mismatched_extension(void) {
  PyObject* module = PyModule_Create(&definition);
  PyObject* box = PyType_FromSpec(&boxSpec);
  if (module == NULL || box == NULL || PyModule_AddObject(module, "Box", box) < 0) return NULL;
  return module;
}
