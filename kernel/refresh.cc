#include "kernel/refresh.h"

#include <Python.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/modules.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

PyRef fileSystemText(const std::string& bytes) {
  return PyRef::steal(
      PyUnicode_DecodeFSDefaultAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

Result<void> orPythonError(const PyRef& result) {
  if (!result) return takePythonError();
  return {};
}

Result<void> callOs(const char* function, const std::string& path, PyObject* keywords) {
  auto callable = moduleAttr("os", function);
  if (!callable) return callable.error();
  PyRef args = PyRef::steal(Py_BuildValue("(N)", fileSystemText(path).release()));
  if (!args) return takePythonError();
  return orPythonError(PyRef::steal(PyObject_Call(callable->get(), args.get(), keywords)));
}

/// How far local time is from UTC at `moment`, in seconds west, and what it is called then.
struct Zone {
  long secondsWest = 0;
  std::string name;
};

Zone zoneAt(time_t moment) {
  tm local{};
  localtime_r(&moment, &local);
  return {-local.tm_gmtoff, local.tm_zone != nullptr ? local.tm_zone : ""};
}

Result<void> setZone(const Zone& winter, const Zone& summer) {
  PyRef time = importedModule("time");
  if (!time) return {};
  const struct {
    const char* name;
    PyRef value;
  } constants[] = {
      {"timezone", PyRef::steal(PyLong_FromLong(winter.secondsWest))},
      {"altzone", PyRef::steal(PyLong_FromLong(summer.secondsWest))},
      {"daylight", PyRef::steal(PyLong_FromLong(winter.secondsWest != summer.secondsWest))},
      {"tzname", PyRef::steal(Py_BuildValue("(NN)", fileSystemText(winter.name).release(),
                                            fileSystemText(summer.name).release()))},
  };
  for (const auto& constant : constants) {
    if (!constant.value) return takePythonError();
    if (PyObject_SetAttrString(time.get(), constant.name, constant.value.get()) < 0) {
      return takePythonError();
    }
  }
  return {};
}

Result<void> setToNone(const char* module, const char* attribute) {
  PyRef owner = importedModule(module);
  if (owner && PyObject_SetAttrString(owner.get(), attribute, Py_None) < 0) {
    return takePythonError();
  }
  return {};
}

}  // namespace

Result<void> replaceEnvironment(
    const std::vector<std::pair<std::string, std::string>>& environment) {
  auto variables = moduleAttr("os", "environ");
  if (!variables) return variables.error();
  auto cleared =
      orPythonError(PyRef::steal(PyObject_CallMethod(variables->get(), "clear", nullptr)));
  if (!cleared) return cleared.error();
  clearenv();  // what C code has set, which `os.environ` does not know
  for (const auto& [name, value] : environment) {
    PyRef key = fileSystemText(name);
    PyRef text = key ? fileSystemText(value) : PyRef();
    if (!text || PyObject_SetItem(variables->get(), key.get(), text.get()) < 0) {
      return takePythonError();
    }
  }
  return {};
}

Result<void> setProgram(const std::string& executable, const std::vector<std::string>& args) {
  if (!executable.empty()) {
    PyRef path = fileSystemText(executable);
    if (!path || PySys_SetObject("executable", path.get()) < 0) return takePythonError();
  }
  if (args.empty()) return {};
  PyRef values = PyRef::steal(PyList_New(0));
  if (!values) return takePythonError();
  for (const auto& arg : args) {
    PyRef text = fileSystemText(arg);
    if (!text || PyList_Append(values.get(), text.get()) < 0) return takePythonError();
  }
  PyObject* argv = PySys_GetObject("argv");
  const bool isList = argv != nullptr && PyList_Check(argv);
  const int status = isList ? PyList_SetSlice(argv, 0, PY_SSIZE_T_MAX, values.get())
                            : PySys_SetObject("argv", values.get());
  if (status < 0) return takePythonError();
  return {};
}

Result<void> renewRandomState() {
  if (importedModule("random")) {
    auto seed = moduleAttr("random", "seed");
    if (!seed) return seed.error();
    auto seeded = orPythonError(PyRef::steal(PyObject_CallNoArgs(seed->get())));
    if (!seeded) return seeded.error();
  }
  const struct {
    const char* module;
    const char* attribute;
  } drawn[] = {{"tempfile", "tempdir"},
               {"tempfile", "_name_sequence"},
               {"uuid", "_node"},
               {"uuid", "_last_timestamp"}};
  for (const auto& [module, attribute] : drawn) {
    auto forgotten = setToNone(module, attribute);
    if (!forgotten) return forgotten.error();
  }
  return {};
}

Result<void> renewTimeZone() {
  resetZoneOfC();
  // As CPython does: the zone half a year apart, and what holds in January and July is told by
  // which is further west.
  constexpr time_t kYearSeconds = time_t{365 * 24 + 6} * 3600;
  const time_t newYear = time(nullptr) / kYearSeconds * kYearSeconds;
  const Zone january = zoneAt(newYear);
  const Zone july = zoneAt(newYear + kYearSeconds / 2);
  const bool isNorthern = january.secondsWest >= july.secondsWest;
  return isNorthern ? setZone(january, july) : setZone(july, january);
}

Result<void> enterFolder(const std::string& folder) {
  if (folder.empty()) return {};
  PyRef existing = PyRef::steal(Py_BuildValue("{s:O}", "exist_ok", Py_True));
  if (!existing) return takePythonError();
  auto made = callOs("makedirs", folder, existing.get());
  if (!made) return made.error();
  return callOs("chdir", folder, nullptr);
}

}  // namespace krait
