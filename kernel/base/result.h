#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "kernel/base/py-ref.h"
#include "vocabulary.capnp.h"

namespace krait {

/// Why something could not be done: a kind for programs, a text for people that names the thing,
/// the limit and what was found. A Python exception is kept itself, and so its traceback; a
/// JavaScript one as its JsException.
struct Error {
  wire::FailureKind kind;
  std::string detail;
  PyRef exception = {};
};

/// A value, or the Error that took its place.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  /// The error, moved out. Only when the result is not a value.
  Error error() { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return !error_; }
  /// The error, moved out. Only when the result is not a success.
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the caller has asked
  Error error() { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace krait
