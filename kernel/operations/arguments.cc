#include "kernel/operations/arguments.h"

namespace krait {

namespace {

Error malformed(const char* what) { return {wire::FailureKind::PROTOCOL, what}; }

}  // namespace

Arguments::~Arguments() {
  for (; position_ < reader_.size(); position_++) conversion_.discard(reader_.at(position_));
}

uint32_t Arguments::positionalLeft() const {
  const uint32_t end = reader_.size() - 2 * keywordCount_;
  return position_ < end ? end - position_ : 0;
}

Result<PyRef> Arguments::next() {
  if (position_ >= reader_.size()) return malformed("an argument is missing");
  return conversion_.read(reader_.at(position_++));
}

Result<PyRef> Arguments::optional() {
  if (positionalLeft() == 0) return PyRef();
  const ValueReader& value = reader_.at(position_++);
  if (value.tag() == wire::ValueTag::ABSENT) return PyRef();
  return conversion_.read(value);
}

Result<PyRef> Arguments::name() {
  if (position_ >= reader_.size() || reader_.at(position_).tag() != wire::ValueTag::TEXT) {
    return malformed("a name is missing, or not text");
  }
  return conversion_.name(reader_.at(position_++).text());
}

Result<int32_t> Arguments::integer() {
  if (position_ >= reader_.size() || reader_.at(position_).tag() != wire::ValueTag::INT) {
    return malformed("a number is missing, or not an int");
  }
  const double number = reader_.at(position_++).number();
  const auto integer =
      static_cast<int32_t>(number >= INT32_MIN && number <= INT32_MAX ? number : 0);
  if (integer != number) return malformed("a number is not a 32-bit int");
  return integer;
}

}  // namespace krait
