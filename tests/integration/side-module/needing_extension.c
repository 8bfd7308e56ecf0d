// An extension module that needs another library.

#include <Python.h>

int answerOfTheLibrary(void);

static PyObject* answer(PyObject* self, PyObject* none) {
  (void)self;
  (void)none;
  return PyLong_FromLong(answerOfTheLibrary());
}

static PyMethodDef methods[] = {
    {"answer", answer, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "needing_extension",
                                        .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_needing_extension(void) { return PyModule_Create(&definition); }
