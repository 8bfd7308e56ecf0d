#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

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

/// A value, or the Error that took its place. Every call across the border moves some of these, so
/// it is a plain union: std::variant goes through tables of functions, which nothing inlines.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : hasValue_(true) { std::construct_at(&value_, std::move(value)); }
  Result(Error error) : hasValue_(false) { std::construct_at(&error_, std::move(error)); }
  Result(Result&& other) noexcept : hasValue_(other.hasValue_) { take(other); }
  Result& operator=(Result&& other) noexcept {
    if (this == &other) return *this;
    destroy();
    hasValue_ = other.hasValue_;
    take(other);
    return *this;
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { destroy(); }

  explicit operator bool() const { return hasValue_; }
  T& operator*() & { return value_; }
  T&& operator*() && { return std::move(value_); }
  const T& operator*() const& { return value_; }
  T* operator->() { return &value_; }
  /// The error, moved out. Only when the result is not a value.
  Error error() { return std::move(error_); }

 private:
  void take(Result& other) {
    if (hasValue_) {
      std::construct_at(&value_, std::move(other.value_));
    } else {
      std::construct_at(&error_, std::move(other.error_));
    }
  }
  void destroy() {
    if (hasValue_) {
      std::destroy_at(&value_);
    } else {
      std::destroy_at(&error_);
    }
  }

  bool hasValue_;
  union {
    T value_;
    Error error_;
  };
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
