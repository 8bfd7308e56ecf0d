#include "proxy/js-type-parts.h"

namespace krait {

namespace {

/// Ends a table as CPython wants it, and hangs it into the slots unless it is empty.
template <typename Row>
void hang(std::vector<Row>& table, int id, std::vector<PyType_Slot>& slots) {
  if (table.empty()) return;
  table.push_back({});
  slots.push_back({id, table.data()});
}

}  // namespace

PyObject* TypeParts::make(const char* name, size_t basicBytes, PyTypeObject* base) {
  hang(methods, Py_tp_methods, slots);
  hang(properties, Py_tp_getset, slots);
  hang(members, Py_tp_members, slots);
  slots.push_back({0, nullptr});
  PyType_Spec spec{.name = name,
                   .basicsize = static_cast<int>(basicBytes),
                   .itemsize = 0,
                   .flags = static_cast<unsigned int>(Py_TPFLAGS_DEFAULT | typeFlags),
                   .slots = slots.data()};
  return PyType_FromSpecWithBases(&spec, reinterpret_cast<PyObject*>(base));
}

}  // namespace krait
