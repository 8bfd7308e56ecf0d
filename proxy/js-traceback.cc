#include "proxy/js-traceback.h"

#include <frameobject.h>

#include "kernel/modules.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

/// A traceback entry for a frame that no interpreter ran.
PyRef makeEntry(PyObject* next, const char* function, const char* file, int line) {
  PyRef code = PyRef::steal(reinterpret_cast<PyObject*>(PyCode_NewEmpty(file, function, line)));
  PyRef globals = code ? PyRef::steal(PyDict_New()) : PyRef();
  if (!globals) return {};
  PyRef frame = PyRef::steal(reinterpret_cast<PyObject*>(
      PyFrame_New(PyThreadState_Get(), reinterpret_cast<PyCodeObject*>(code.get()), globals.get(),
                  /*locals=*/nullptr)));
  if (!frame) return {};
  return PyRef::steal(PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyTraceBack_Type), "OOii",
                                            next, frame.get(), /*lasti=*/-1, line));
}

/// Entries for a list of (function, file, line), the outermost first; None when it is empty.
PyRef makeEntries(PyObject* frames) {
  PyRef entry = PyRef::borrow(Py_None);
  for (Py_ssize_t at = PyList_GET_SIZE(frames); entry && at-- > 0;) {
    const char *function, *file;
    int line;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(frames, at), "ssi", &function, &file, &line)) return {};
    entry = makeEntry(entry.get(), function, file, line);
  }
  return entry;
}

PyRef innermost(PyObject* traceback) {
  auto* entry = reinterpret_cast<PyTracebackObject*>(traceback);
  while (entry->tb_next != nullptr) entry = entry->tb_next;
  return PyRef::borrow(reinterpret_cast<PyObject*>(entry));
}

}  // namespace

Result<void> appendJsFrames(PyObject* traceback, PyObject* stack) {
  auto framesOf = moduleAttr("_pyodide._js_stack", "frames_of");
  if (!framesOf) return framesOf.error();
  PyRef frames = PyRef::steal(PyObject_CallOneArg(framesOf->get(), stack));
  if (!frames) return takePythonError();
  PyRef entries = PyList_Check(frames.get()) ? makeEntries(frames.get()) : PyRef::borrow(Py_None);
  if (!entries) return takePythonError();
  if (PyObject_SetAttrString(innermost(traceback).get(), "tb_next", entries.get()) < 0) {
    return takePythonError();
  }
  return {};
}

}  // namespace krait
