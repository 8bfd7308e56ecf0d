#include <cmath>

#include "kernel/graph-buffer.h"
#include "kernel/graph-records.h"
#include "kernel/graph.h"
#include "kernel/python-error.h"

namespace krait {

namespace {

using wire::GraphKind;

Error malformed(const char* what) {
  return {wire::FailureKind::PROTOCOL, std::string("malformed graph: ") + what};
}

/// Why a container did not take a key. One that cannot be hashed is refused as the client refuses
/// those of its own (TC-toPy.keys); Python objects are proxies to the client.
Error keyError(PyObject* key, const char* container) {
  Error error = takePythonError();
  if (PyObject_Hash(key) != -1) return error;
  if (PyErr_ExceptionMatches(PyExc_TypeError)) {
    error = {wire::FailureKind::UNSUPPORTED,
             std::string("Cannot use key of type PyProxy as a key to a Python ") + container};
  }
  PyErr_Clear();
  return error;
}

Result<PyRef> orPythonError(PyObject* object) {
  if (object == nullptr) return takePythonError();
  return PyRef::steal(object);
}

Handle handleOf(const Record& record) { return {record.words[0], record.words[1]}; }

/// A container whose elements are being read.
struct Open {
  GraphKind kind;
  PyRef container;  // of a tuple: a list, until it is full
  uint32_t number;
  size_t left;     // values that follow; a pair counts as two
  PyRef key = {};  // waits for its value
};

class GraphReader {
 public:
  GraphReader(std::span<const uint8_t> records, Conversion& conversion)
      : records_(records), conversion_(conversion) {}

  Result<PyRef> read();
  /// Takes over, and gives back, the handles of the records that were not read.
  void discardRest();

 private:
  /// One value. Empty: a container was opened, whose elements follow.
  Result<PyRef> value(const Record& record);
  Result<PyRef> container(const Record& record);
  Result<PyRef> numbers(const Record& record);
  Result<PyRef> reference(uint32_t number) const;
  Result<void> add(Open& open, PyRef value);
  Result<void> addToDict(Open& open, PyRef value);
  Result<PyRef> close();

  RecordReader records_;
  Conversion& conversion_;
  std::vector<Open> open_;
  std::vector<PyRef> containers_;  // by number; empty: not a whole tuple yet
};

Result<PyRef> GraphReader::read() {
  for (;;) {
    const auto record = records_.next();
    if (!record) return malformed("a record is broken off or of an unknown kind");
    auto complete = value(*record);
    while (complete && complete->get() != nullptr) {
      if (open_.empty()) {
        if (!records_.isAtEnd()) return malformed("something follows the value");
        return complete;
      }
      auto added = add(open_.back(), std::move(*complete));
      if (!added) return added.error();
      complete = open_.back().left == 0 ? close() : Result<PyRef>(PyRef());
    }
    if (!complete) return complete.error();
  }
}

void GraphReader::discardRest() {
  while (const auto record = records_.next()) {
    if (record->kind != GraphKind::MINE) continue;
    auto dropped = conversion_.foreign().wrap(handleOf(*record), record->words[2]);
  }
}

Result<PyRef> GraphReader::value(const Record& record) {
  switch (record.kind) {
    case GraphKind::NONE:
    case GraphKind::UNDEFINED:
      return PyRef::borrow(Py_None);
    case GraphKind::JS_NULL:
      return conversion_.nullValue();
    case GraphKind::FALSE:
      return PyRef::borrow(Py_False);
    case GraphKind::TRUE:
      return PyRef::borrow(Py_True);
    case GraphKind::INT:
      return intFrom(record.number);
    case GraphKind::FLOAT:
      return orPythonError(PyFloat_FromDouble(record.number));
    case GraphKind::BIG_INT:
      return conversion_.bigIntFrom(record.bytes);
    case GraphKind::TEXT:
      return conversion_.text({static_cast<wire::TextEncoding>(record.words[0]),
                               record.bytes.data(), static_cast<uint32_t>(record.bytes.size())});
    case GraphKind::YOURS: {
      auto object = conversion_.table().find(handleOf(record));
      if (!object) return object.error();
      return PyRef::borrow(*object);
    }
    case GraphKind::MINE:
      return conversion_.foreign().wrap(handleOf(record), record.words[2]);
    case GraphKind::REF:
      return reference(record.words[0]);
    default:
      return container(record);
  }
}

Result<PyRef> GraphReader::container(const Record& record) {
  const auto number = static_cast<uint32_t>(containers_.size());
  const bool isMap = record.kind == GraphKind::DICT || record.kind == GraphKind::OBJECT;
  Result<PyRef> made = PyRef();
  if (isMap) {
    made = orPythonError(PyDict_New());
  } else if (record.kind == GraphKind::SET) {
    made = orPythonError(PySet_New(nullptr));
  } else if (record.kind == GraphKind::BUFFER) {
    // What nothing follows may stay where it is.
    made = bufferFrom(record, records_.isAtEnd() ? conversion_.blocks() : nullptr);
  } else if (record.kind == GraphKind::INTS || record.kind == GraphKind::FLOATS) {
    made = numbers(record);
  } else {
    made = orPythonError(PyList_New(0));
  }
  if (!made) return made;
  const bool isTuple = record.kind == GraphKind::TUPLE;
  containers_.push_back(isTuple ? PyRef() : made->dup());
  const bool isWhole = record.kind >= GraphKind::BUFFER;
  if (isWhole) return made;
  const size_t left = size_t{record.words[0]} * (isMap ? 2 : 1);
  open_.push_back({record.kind, std::move(*made), number, left});
  return left == 0 ? close() : Result<PyRef>(PyRef());
}

Result<PyRef> GraphReader::numbers(const Record& record) {
  const bool isInts = record.kind == GraphKind::INTS;
  PyRef list = PyRef::steal(PyList_New(record.words[0]));
  if (!list) return takePythonError();
  for (uint32_t i = 0; i < record.words[0]; i++) {
    double number = 0;
    std::memcpy(&number, record.bytes.data() + i * sizeof number, sizeof number);
    // Almost all ints are small, and need neither the checks of `intFrom` nor its Result.
    const bool isSmall = isInts && std::fabs(number) <= INT32_MAX && number == std::trunc(number);
    PyObject* item = nullptr;
    if (isSmall) {
      item = PyLong_FromLong(static_cast<int32_t>(number));
    } else if (!isInts) {
      item = PyFloat_FromDouble(number);
    } else {
      auto wide = intFrom(number);
      if (!wide) return wide;
      item = wide->release();
    }
    if (item == nullptr) return takePythonError();
    PyList_SET_ITEM(list.get(), i, item);
  }
  return list;
}

Result<PyRef> GraphReader::reference(uint32_t number) const {
  if (number >= containers_.size()) return malformed("a reference to what did not appear before");
  if (!containers_[number]) return malformed("a reference to a tuple from inside it");
  return containers_[number].dup();
}

Result<void> GraphReader::add(Open& open, PyRef value) {
  open.left--;
  if (open.kind == GraphKind::DICT || open.kind == GraphKind::OBJECT) {
    return addToDict(open, std::move(value));
  }
  const bool isSet = open.kind == GraphKind::SET;
  const int status = isSet ? PySet_Add(open.container.get(), value.get())
                           : PyList_Append(open.container.get(), value.get());
  if (status < 0) return isSet ? keyError(value.get(), "set") : takePythonError();
  return {};
}

Result<void> GraphReader::addToDict(Open& open, PyRef value) {
  if (!open.key) {
    const bool isName = open.kind == GraphKind::DICT || PyUnicode_Check(value.get());
    if (!isName) return malformed("a key of an object is not text");
    open.key = std::move(value);
    return {};
  }
  const PyRef key = std::move(open.key);
  if (PyDict_SetItem(open.container.get(), key.get(), value.get()) < 0) {
    return keyError(key.get(), "dict");
  }
  return {};
}

Result<PyRef> GraphReader::close() {
  Open open = std::move(open_.back());
  open_.pop_back();
  if (open.kind != GraphKind::TUPLE) return std::move(open.container);
  PyRef tuple = PyRef::steal(PyList_AsTuple(open.container.get()));
  if (!tuple) return takePythonError();
  containers_[open.number] = tuple.dup();
  return tuple;
}

}  // namespace

void withdrawGraph(std::span<const uint8_t> records, Conversion& conversion) {
  RecordReader reader(records);
  while (const auto record = reader.next()) {
    if (record->kind != GraphKind::MINE) continue;
    auto dropped = conversion.table().release(handleOf(*record), 1);
  }
}

void discardGraph(std::span<const uint8_t> records, Conversion& conversion) {
  GraphReader(records, conversion).discardRest();
}

Result<PyRef> readGraph(std::span<const uint8_t> records, Conversion& conversion) {
  GraphReader reader(records, conversion);
  auto value = reader.read();
  if (!value) reader.discardRest();
  return value;
}

}  // namespace krait
