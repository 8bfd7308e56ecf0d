#include <string>

#include "kernel/conversion-error.h"
#include "kernel/graph-buffer.h"
#include "kernel/graph-records.h"
#include "kernel/graph.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

using wire::GraphKind;

/// A container whose elements are being written.
struct Open {
  enum class Shape { list, tuple, set, dict, pairs };

  Shape shape;
  PyRef elements;  // the container, or a list or tuple made from it
  Py_ssize_t count;
  Py_ssize_t next = 0;
  PyRef value = {};  // of a dict: follows its key
};

class GraphWriter {
 public:
  GraphWriter(int depth, Conversion& conversion) : depth_(depth), conversion_(conversion) {}

  Result<void> write(PyObject* root);
  std::vector<uint8_t> takeRecords() { return records_.take(); }
  std::vector<PyRef> takeAlive() { return std::move(alive_); }
  /// Takes back every handle that was written.
  void withdraw();

 private:
  Result<void> step();
  Result<void> stepDict(Open& open);
  Result<void> value(PyObject* object);
  Result<void> key(PyObject* object, const char* collection);
  bool immediate(PyObject* object);
  Result<void> integer(PyObject* object);
  void text(PyObject* object);
  Result<void> container(PyObject* object);
  Result<void> leaf(PyObject* object);
  Result<void> list(PyObject* object);
  Result<void> dict(PyObject* object);
  Result<void> set(PyObject* object);
  Result<void> buffer(PyObject* object);
  bool numbers(PyObject* list);
  void open(GraphKind kind, Open::Shape shape, PyRef elements, Py_ssize_t count);
  void remember(PyObject* container, uint32_t records);

  int depth_;
  Conversion& conversion_;
  RecordWriter records_;
  std::vector<Open> open_;
  IdentityMap numbers_;  // of the containers that were written
  uint32_t nextNumber_ = 0;
  std::vector<PyRef> containers_;  // keeps the keys of `numbers_` alive
  std::vector<PyRef> alive_;       // stand for the client's objects that were written
  std::vector<Handle> exported_;
};

Error changedSize() {
  PyErr_SetString(PyExc_RuntimeError, "container changed size during conversion");
  return takePythonError();
}

Result<void> GraphWriter::write(PyObject* root) {
  auto written = value(root);
  while (written && !open_.empty()) {
    written = records_.isFull() ? Result<void>(Error{wire::FailureKind::LIMIT, ""}) : step();
  }
  if (records_.isFull()) {
    return Error{wire::FailureKind::LIMIT,
                 "the deep copy is longer than " + std::to_string(kMaxGraphBytes) + " bytes"};
  }
  return written;
}

void GraphWriter::withdraw() {
  for (const Handle handle : exported_) {
    auto dropped = conversion_.table().release(handle, 1);
  }
  exported_.clear();
}

Result<void> GraphWriter::step() {
  Open& open = open_.back();
  if (open.shape == Open::Shape::dict) return stepDict(open);
  const bool isList = open.shape == Open::Shape::list || open.shape == Open::Shape::pairs;
  PyObject* elements = open.elements.get();
  if (isList && PyList_GET_SIZE(elements) != open.count) return changedSize();
  if (open.next == open.count) return open_.pop_back(), Result<void>();
  PyRef element = PyRef::borrow(isList ? PyList_GET_ITEM(elements, open.next)
                                       : PyTuple_GET_ITEM(elements, open.next));
  open.next++;
  if (open.shape == Open::Shape::set) return key(element.get(), "Set");
  if (open.shape != Open::Shape::pairs) return value(element.get());
  if (!PyTuple_Check(element.get()) || PyTuple_GET_SIZE(element.get()) != 2) {
    PyErr_SetString(PyExc_TypeError, "items() of a dict gave something else than pairs");
    return takePythonError();
  }
  auto written = key(PyTuple_GET_ITEM(element.get(), 0), "Map");
  if (!written) return written;
  return value(PyTuple_GET_ITEM(element.get(), 1));
}

Result<void> GraphWriter::stepDict(Open& open) {
  PyObject* name = nullptr;
  PyObject* item = nullptr;
  if (PyDict_GET_SIZE(open.elements.get()) != open.count) return changedSize();
  if (!PyDict_Next(open.elements.get(), &open.next, &name, &item)) {
    open_.pop_back();
    return {};
  }
  PyRef heldName = PyRef::borrow(name);
  PyRef heldItem = PyRef::borrow(item);
  auto written = key(name, "Map");
  if (!written) return written;
  return value(item);
}

Result<void> GraphWriter::value(PyObject* object) {
  if (immediate(object)) return {};
  if (PyLong_Check(object)) return integer(object);
  if (const auto home = conversion_.foreign().unwrap(object)) {
    records_.kind(GraphKind::YOURS);
    records_.word(home->index);
    records_.word(home->generation);
    alive_.push_back(PyRef::borrow(object));
    return {};
  }
  if (conversion_.foreign().jsNull().get() == object) {
    records_.kind(GraphKind::JS_NULL);
    return {};
  }
  if (depth_ >= 0 && open_.size() >= static_cast<size_t>(depth_)) return leaf(object);
  const uint32_t number = numbers_.find(object);
  if (number == IdentityMap::kAbsent) return container(object);
  records_.kind(GraphKind::REF);
  records_.word(number);
  return {};
}

Result<void> GraphWriter::key(PyObject* object, const char* collection) {
  if (conversion_.isImmediate(object)) return value(object);
  return conversionError(PyRef::steal(
      PyUnicode_FromFormat("Cannot use %R as a key for a Javascript %s", object, collection)));
}

bool GraphWriter::immediate(PyObject* object) {
  if (Py_IsNone(object)) {
    records_.kind(GraphKind::NONE);
  } else if (PyBool_Check(object)) {
    records_.kind(Py_IsTrue(object) ? GraphKind::TRUE : GraphKind::FALSE);
  } else if (PyUnicode_Check(object)) {
    text(object);
  } else if (PyFloat_Check(object)) {
    records_.kind(GraphKind::FLOAT);
    records_.number(PyFloat_AS_DOUBLE(object));
  } else {
    return false;
  }
  return true;
}

Result<void> GraphWriter::integer(PyObject* object) {
  const bool asBigInt = !PyLong_CheckExact(object) && conversion_.foreign().isBigInt(object);
  if (const auto number = asBigInt ? std::nullopt : safeInteger(object)) {
    records_.kind(GraphKind::INT);
    records_.number(*number);
    return {};
  }
  auto bytes = bigIntBytes(object);
  if (!bytes) return bytes.error();
  records_.kind(GraphKind::BIG_INT);
  records_.bytes(*bytes);
  return {};
}

void GraphWriter::text(PyObject* object) {
  const TextOf text(object);
  records_.kind(GraphKind::TEXT);
  records_.word(static_cast<uint32_t>(text.view().encoding));
  records_.bytes({static_cast<const uint8_t*>(text.view().data), text.view().byteLength});
}

Result<void> GraphWriter::container(PyObject* object) {
  if (PyList_Check(object)) return list(object);
  if (PyTuple_Check(object)) {
    remember(object, 1);
    open(GraphKind::TUPLE, Open::Shape::tuple, PyRef::borrow(object), PyTuple_GET_SIZE(object));
    return {};
  }
  if (PyDict_Check(object)) return dict(object);
  if (PySet_Check(object)) return set(object);
  if (PyObject_CheckBuffer(object)) return buffer(object);
  return leaf(object);
}

Result<void> GraphWriter::leaf(PyObject* object) {
  auto exported = conversion_.exportObject(object);
  if (!exported) return exported.error();
  exported_.push_back(exported->first);
  records_.kind(GraphKind::MINE);
  records_.word(exported->first.index);
  records_.word(exported->first.generation);
  records_.word(exported->second);
  return {};
}

Result<void> GraphWriter::list(PyObject* object) {
  remember(object, 1);
  if (numbers(object)) return {};
  open(GraphKind::LIST, Open::Shape::list, PyRef::borrow(object), PyList_GET_SIZE(object));
  return {};
}

/// A list of ints only, or of floats only, as one run: no record an element.
bool GraphWriter::numbers(PyObject* list) {
  const Py_ssize_t count = PyList_GET_SIZE(list);
  if (count == 0) return false;
  PyTypeObject* type = Py_TYPE(PyList_GET_ITEM(list, 0));
  if (type != &PyLong_Type && type != &PyFloat_Type) return false;
  const bool isInts = type == &PyLong_Type;
  const size_t start = records_.size();
  records_.kind(isInts ? GraphKind::INTS : GraphKind::FLOATS);
  records_.word(static_cast<uint32_t>(count));
  uint8_t* room = records_.numbers(static_cast<size_t>(count));
  for (Py_ssize_t i = 0; room != nullptr && i < count; i++, room += sizeof(double)) {
    PyObject* item = PyList_GET_ITEM(list, i);
    const auto number = Py_TYPE(item) != type ? std::nullopt
                        : isInts              ? safeInteger(item)
                                              : std::optional(PyFloat_AS_DOUBLE(item));
    if (!number) return records_.rewind(start), false;
    std::memcpy(room, &*number, sizeof *number);
  }
  return true;
}

Result<void> GraphWriter::dict(PyObject* object) {
  remember(object, 1);
  if (PyDict_CheckExact(object)) {
    open(GraphKind::DICT, Open::Shape::dict, PyRef::borrow(object), PyDict_GET_SIZE(object));
    return {};
  }
  PyRef items = PyRef::steal(PyMapping_Items(object));
  if (!items) return takePythonError();
  const Py_ssize_t count = PyList_GET_SIZE(items.get());
  open(GraphKind::DICT, Open::Shape::pairs, std::move(items), count);
  return {};
}

Result<void> GraphWriter::set(PyObject* object) {
  remember(object, 1);
  PyRef members = PyRef::steal(PySequence_Tuple(object));
  if (!members) return takePythonError();
  const Py_ssize_t count = PyTuple_GET_SIZE(members.get());
  open(GraphKind::SET, Open::Shape::set, std::move(members), count);
  return {};
}

Result<void> GraphWriter::buffer(PyObject* object) {
  auto written = writeBufferRecords(object, records_);
  if (!written) return written.error();
  remember(object, *written);
  return {};
}

void GraphWriter::open(GraphKind kind, Open::Shape shape, PyRef elements, Py_ssize_t count) {
  records_.kind(kind);
  records_.word(static_cast<uint32_t>(count));
  open_.push_back({shape, std::move(elements), count});
}

void GraphWriter::remember(PyObject* container, uint32_t records) {
  numbers_.insert(container, nextNumber_);
  nextNumber_ += records;
  containers_.push_back(PyRef::borrow(container));
}

}  // namespace

Result<std::vector<uint8_t>> writeGraph(PyObject* object, int depth, Conversion& conversion,
                                        std::vector<PyRef>* alive) {
  GraphWriter writer(depth, conversion);
  auto written = writer.write(object);
  if (!written) {
    writer.withdraw();
    return written.error();
  }
  if (alive != nullptr) *alive = writer.takeAlive();
  return writer.takeRecords();
}

}  // namespace krait
