// An extension module that wants a function which nobody defines.

#include <Python.h>

int nowhere_defined(int number);

static int (*volatile wanted)(int) = nowhere_defined;

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "unresolved_extension",
                                        .m_size = -1};

PyMODINIT_FUNC PyInit_unresolved_extension(void) {
  return wanted == NULL ? NULL : PyModule_Create(&definition);
}
