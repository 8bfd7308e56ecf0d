#include "kernel/graph-records.h"

namespace krait {

bool RecordReader::read(void* value, size_t size) {
  if (rest_.size() < size) return false;
  std::memcpy(value, rest_.data(), size);
  rest_ = rest_.subspan(size);
  return true;
}

bool RecordReader::words(Record& record, size_t count) {
  return read(record.words, count * sizeof(uint32_t));
}

bool RecordReader::bytes(Record& record) {
  uint32_t length = 0;
  if (!read(&length, sizeof length) || length > rest_.size()) return false;
  const size_t padded = (size_t{length} + 3) & ~size_t{3};
  if (padded > rest_.size()) return false;
  record.bytes = rest_.first(length);
  rest_ = rest_.subspan(padded);
  return true;
}

bool RecordReader::count(Record& record, size_t least) {
  return words(record, 1) && record.words[0] <= rest_.size() / least;
}

bool RecordReader::numbers(Record& record) {
  if (!count(record, sizeof(double))) return false;
  record.bytes = rest_.first(record.words[0] * sizeof(double));
  rest_ = rest_.subspan(record.bytes.size());
  return true;
}

std::optional<Record> RecordReader::next() {
  uint32_t kind = 0;
  if (!read(&kind, sizeof kind) || kind > UINT16_MAX) return std::nullopt;
  Record record;
  record.kind = static_cast<wire::GraphKind>(kind);
  return body(record) ? std::optional(record) : std::nullopt;
}

bool RecordReader::body(Record& record) {
  using wire::GraphKind;
  switch (record.kind) {
    case GraphKind::NONE:
    case GraphKind::JS_NULL:
    case GraphKind::UNDEFINED:
    case GraphKind::FALSE:
    case GraphKind::TRUE:
      return true;
    case GraphKind::INT:
    case GraphKind::FLOAT:
      return read(&record.number, sizeof record.number);
    case GraphKind::BIG_INT:
      return bytes(record);
    case GraphKind::TEXT:
      return words(record, 1) && bytes(record);
    case GraphKind::YOURS:
      return words(record, 2);
    case GraphKind::MINE:
      return words(record, 3);
    case GraphKind::REF:
      return words(record, 1);
    case GraphKind::LIST:
    case GraphKind::TUPLE:
    case GraphKind::SET:
      return count(record, sizeof(uint32_t));
    case GraphKind::DICT:
    case GraphKind::OBJECT:
      return count(record, 2 * sizeof(uint32_t));
    case GraphKind::BUFFER:
      return words(record, 2) && bytes(record);
    case GraphKind::INTS:
    case GraphKind::FLOATS:
      return numbers(record);
  }
  return false;
}

}  // namespace krait
