#include "proxy/reserved-words.h"

#include <algorithm>
#include <string_view>

#include "kernel/python-error.h"

namespace krait {

namespace {

/// `keyword.kwlist` of Python 3.13, sorted.
constexpr std::string_view kKeywords[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
};
static_assert(std::ranges::is_sorted(kKeywords));

/// Whether `name` is a keyword with any number of underscores appended.
bool isReserved(PyObject* name) {
  if (!PyUnicode_IS_ASCII(name)) return false;
  std::string_view text(static_cast<const char*>(PyUnicode_DATA(name)),
                        static_cast<size_t>(PyUnicode_GET_LENGTH(name)));
  text = text.substr(0, text.find_last_not_of('_') + 1);
  return std::ranges::binary_search(kKeywords, text);
}

bool endsWithUnderscore(PyObject* name) {
  const Py_ssize_t length = PyUnicode_GET_LENGTH(name);
  return length > 0 && PyUnicode_READ_CHAR(name, length - 1) == '_';
}

}  // namespace

Result<PyRef> javaScriptName(PyObject* pythonName) {
  if (!endsWithUnderscore(pythonName) || !isReserved(pythonName)) return PyRef::borrow(pythonName);
  PyRef name =
      PyRef::steal(PyUnicode_Substring(pythonName, 0, PyUnicode_GET_LENGTH(pythonName) - 1));
  if (!name) return takePythonError();
  return name;
}

Result<PyRef> pythonName(PyObject* javaScriptName) {
  if (!isReserved(javaScriptName)) return PyRef::borrow(javaScriptName);
  PyRef name = PyRef::steal(PyUnicode_FromFormat("%U_", javaScriptName));
  if (!name) return takePythonError();
  return name;
}

}  // namespace krait
