// An extension module in C: calls into libpython and libc, uses their data and takes addresses of
// their functions.

#include <Python.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int compareLongs(const void* left, const void* right) {
  long a = *(const long*)left, b = *(const long*)right;
  return (a > b) - (a < b);
}

static PyObject* sorted(PyObject* self, PyObject* list) {
  (void)self;
  Py_ssize_t count = PyList_Size(list);
  if (count < 0) return NULL;
  long* numbers = malloc(sizeof(long) * (size_t)(count + 1));
  for (Py_ssize_t i = 0; i < count; i++) numbers[i] = PyLong_AsLong(PyList_GET_ITEM(list, i));
  qsort(numbers, (size_t)count, sizeof(long), compareLongs);
  PyObject* result = PyList_New(count);
  for (Py_ssize_t i = 0; i < count; i++) PyList_SET_ITEM(result, i, PyLong_FromLong(numbers[i]));
  free(numbers);
  return result;
}

static PyObject* hypotenuse(PyObject* self, PyObject* args) {
  (void)self;
  double a, b;
  if (!PyArg_ParseTuple(args, "dd", &a, &b)) return NULL;
  char text[64];
  snprintf(text, sizeof text, "%.3f", sqrt(a * a + b * b));
  return PyUnicode_FromString(text);
}

static PyObject* wide(PyObject* self, PyObject* value) {
  (void)self;
  long long number = PyLong_AsLongLong(value);
  if (number == -1 && PyErr_Occurred()) return NULL;
  return PyLong_FromLongLong(number / 3);
}

static PyObject* refuse(PyObject* self, PyObject* none) {
  (void)self;
  (void)none;
  return PyErr_Format(PyExc_ValueError, "refused %d times", 2);
}

static PyMethodDef methods[] = {
    {"sorted", sorted, METH_O, "Sorts a list of ints."},
    {"hypotenuse", hypotenuse, METH_VARARGS, "The hypotenuse as text."},
    {"wide", wide, METH_O, "A third of a 64-bit number."},
    {"refuse", refuse, METH_NOARGS, "Raises."},
    {NULL, NULL, 0, NULL},
};

// Slots that point to functions of the main module.
static PyType_Slot pairSlots[] = {
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {0, NULL},
};
static PyType_Spec pairSpec = {
    .name = "plain_extension.Pair",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = pairSlots,
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "plain_extension",
                                        .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_plain_extension(void) {
  PyObject* module = PyModule_Create(&definition);
  PyObject* pair = PyType_FromSpec(&pairSpec);
  if (module == NULL || pair == NULL || PyModule_AddObject(module, "Pair", pair) < 0) return NULL;
  return module;
}
