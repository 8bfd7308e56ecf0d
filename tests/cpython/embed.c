// The smallest program around libpython:
//   node embed.cjs STDLIB [--c-recursion=N] SCRIPT [ARGS...]
// It tests the archive and nothing of krait: host files by NODERAWFS, CPython's own start-up.
// sys.snprintf_address is a variadic C function for ctypes, since nothing here looks up symbols.
#include <Python.h>

static void check(PyStatus status) {
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

int main(int argc, char** argv) {
  int script = argc > 2 && sscanf(argv[2], "--c-recursion=%d", &_Py_CRecursionLimit) == 1 ? 3 : 2;
  if (argc <= script) return fputs("usage: embed.cjs STDLIB SCRIPT [ARGS...]\n", stderr), 2;
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.install_signal_handlers = 0;
  config.module_search_paths_set = 1;
  wchar_t* stdlib = Py_DecodeLocale(argv[1], NULL);
  check(PyWideStringList_Append(&config.module_search_paths, stdlib));
  check(PyConfig_SetString(&config, &config.stdlib_dir, stdlib));
  check(PyConfig_SetBytesArgv(&config, argc - script, argv + script));
  check(PyConfig_SetBytesString(&config, &config.run_filename, argv[script]));
  check(Py_InitializeFromConfig(&config));
  PySys_SetObject("snprintf_address", PyLong_FromVoidPtr((void*)snprintf));
  PyMem_RawFree(stdlib);
  PyConfig_Clear(&config);
  return Py_RunMain();
}
