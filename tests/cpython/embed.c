// The smallest program around libpython: node embed.cjs STDLIB SCRIPT [ARGS...].
// It tests the archive and nothing of krait: host files by NODERAWFS, CPython's own start-up.
#include <Python.h>

static void check(PyStatus status) {
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: embed.cjs STDLIB SCRIPT [ARGS...]\n"), 2;
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.install_signal_handlers = 0;
  config.module_search_paths_set = 1;
  wchar_t* stdlib = Py_DecodeLocale(argv[1], NULL);
  check(PyWideStringList_Append(&config.module_search_paths, stdlib));
  check(PyConfig_SetString(&config, &config.stdlib_dir, stdlib));
  check(PyConfig_SetBytesArgv(&config, argc - 2, argv + 2));
  check(PyConfig_SetBytesString(&config, &config.run_filename, argv[2]));
  check(Py_InitializeFromConfig(&config));
  PyMem_RawFree(stdlib);
  PyConfig_Clear(&config);
  return Py_RunMain();
}
