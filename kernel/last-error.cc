#include "kernel/modules.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

constexpr const char* kTracebackHeader = "Traceback (most recent call last):\n";

/// Clears the error that formatting met. An interrupt is not lost: it is raised again as soon as
/// Python runs.
void clearFormattingError() {
  if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) PyErr_SetInterrupt();
  PyErr_Clear();
}

PyRef formatAsPython(PyObject* exception) {
  auto format = moduleAttr("traceback", "format_exception");
  if (!format) {
    setPythonError(format.error());
    return {};
  }
  PyRef lines = PyRef::steal(PyObject_CallOneArg(format->get(), exception));
  PyRef empty = lines ? PyRef::steal(PyUnicode_New(0, 0)) : PyRef();
  PyRef text = empty ? PyRef::steal(PyUnicode_Join(empty.get(), lines.get())) : PyRef();
  if (!text) return {};
  PyRef header = PyRef::steal(PyUnicode_FromString(kTracebackHeader));
  if (!header) return {};
  // An exception that passed no Python frame has no traceback, and Python leaves out the header
  // then.
  const Py_ssize_t hasHeader =
      PyUnicode_Tailmatch(text.get(), header.get(), 0, PY_SSIZE_T_MAX, /*direction=*/-1);
  if (hasHeader != 0) return text;
  return PyRef::steal(PyUnicode_Concat(header.get(), text.get()));
}

PyRef qualifiedName(PyObject* exception) {
  PyRef name = PyRef::steal(PyType_GetQualName(Py_TYPE(exception)));
  if (!name) clearFormattingError();
  return name;
}

/// Ever plainer descriptions: with the traceback, with the text only, with the type only.
PyRef describe(PyObject* exception, const PyRef& typeName) {
  if (PyRef text = formatAsPython(exception)) return text;
  clearFormattingError();
  if (!typeName) return {};
  PyRef text =
      PyRef::steal(PyUnicode_FromFormat("%s%U: %S\n", kTracebackHeader, typeName.get(), exception));
  if (text) return text;
  clearFormattingError();
  text = PyRef::steal(
      PyUnicode_FromFormat("%s%U: (it has no text)\n", kTracebackHeader, typeName.get()));
  if (text) return text;
  clearFormattingError();
  return typeName.dup();
}

/// IM-notFoundNote
void explainMissingModule(PyObject* exception) {
  if (PyErr_GivenExceptionMatches(exception, PyExc_ModuleNotFoundError) == 0) return;
  auto explain = moduleAttr("_pyodide._missing_modules", "explain");
  if (!explain) return;
  if (!PyRef::steal(PyObject_CallOneArg(explain->get(), exception))) clearFormattingError();
}

void setSysAttribute(const char* name, PyObject* value) {
  if (PySys_SetObject(name, value) < 0) PyErr_Clear();
}

}  // namespace

Failure LastError::report(Error error) {
  PyObject* exception = error.exception.get();
  if (exception == nullptr) {
    PyRef detail = PyRef::steal(PyUnicode_DecodeUTF8(
        error.detail.data(), static_cast<Py_ssize_t>(error.detail.size()), "replace"));
    if (!detail) PyErr_Clear();
    return {error.kind, {}, std::move(detail)};
  }
  const bool isJavaScript = error.kind == wire::FailureKind::JAVASCRIPT;
  PyRef typeName = qualifiedName(exception);
  explainMissingModule(exception);
  PyRef message = describe(exception, typeName);
  remember(exception);
  return {isJavaScript ? wire::FailureKind::PYTHON : error.kind, std::move(typeName),
          std::move(message), serial_};
}

PyRef LastError::find(uint32_t serial) const {
  if (serial == 0 || serial != serial_) return {};
  PyObject* last = PySys_GetObject("last_exc");
  return last == address_ ? PyRef::borrow(last) : PyRef();
}

void LastError::remember(PyObject* exception) {
  const bool isSame = address_ == exception && find(serial_);
  if (!isSame && ++serial_ == 0) serial_ = 1;
  address_ = exception;
  PyRef traceback = PyRef::steal(PyException_GetTraceback(exception));
  setSysAttribute("last_exc", exception);
  setSysAttribute("last_value", exception);
  setSysAttribute("last_type", reinterpret_cast<PyObject*>(Py_TYPE(exception)));
  setSysAttribute("last_traceback", traceback ? traceback.get() : Py_None);
}

}  // namespace krait
