#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernel/type-flags.h"
#include "proxy/in-page/kernel.h"
#include "tests/unit/support/recorded-values.h"
#include "tests/unit/support/test-interpreter.h"

namespace krait::test {

/// One question that Python asked JavaScript.
struct Asked {
  wire::Op op;
  uint32_t object = 0;           // number of the target
  std::vector<Recorded> values;  // positional, keyword values, keyword names
  uint32_t keywords = 0;
};

/// What JavaScript answers.
struct Reply {
  wire::Status status = wire::Status::RETURNED;
  std::vector<Recorded> slots;

  Reply(Recorded value) : slots{std::move(value)} {}
  static Reply stopped(Recorded value) { return {wire::Status::STOPPED, {std::move(value)}}; }
  static Reply failed(wire::FailureKind kind, Recorded thrown = Recorded::none(), int serial = 0) {
    return {wire::Status::FAILED,
            {Recorded::of(static_cast<int>(kind)), std::move(thrown), Recorded::of(serial)}};
  }

 private:
  Reply(wire::Status status, std::vector<Recorded> slots)
      : status(status), slots(std::move(slots)) {}
};

/// A page: an in-page kernel, and in place of JavaScript a client that answers as the test says.
/// Its objects are numbers. At its end neither side may hold an object of the other.
class TestPage {
 public:
  using Answer = std::function<Reply(const Asked&)>;

  TestPage();
  TestPage(const TestPage&) = delete;
  TestPage& operator=(const TestPage&) = delete;
  ~TestPage();

  /// How an op is answered from now on. An op without an answer fails the test.
  void on(wire::Op op, Answer answer) { answers_[op] = std::move(answer); }
  /// The value that sends JavaScript's object `number`, counted as sent.
  Recorded object(uint32_t number, uint32_t flags = 0);
  /// Binds `name` in Python to a view of the object.
  void show(const char* name, uint32_t number, uint32_t flags = 0);
  /// The value that sends a Python object home that an argument introduced; the argument must be
  /// kept.
  static Recorded home(const Recorded& mine) { return Recorded::yours(mine.handle); }
  /// References to the object that Python holds.
  int held(uint32_t number);
  /// Everything that was asked, in order.
  const std::vector<Asked>& asked() const { return asked_; }
  const Asked& last() const { return asked_.back(); }
  /// Whether JavaScript keeps the Python objects that it gets as arguments, instead of destroying
  /// them after the call.
  bool keepsArguments = false;
  /// Gives back what was kept.
  void giveBack(const Recorded& mine);
  /// What Python asked to be called, and after how many milliseconds; kept until it is given back.
  struct Scheduled {
    Handle callable;
    double delayMs;
  };
  std::vector<Scheduled> scheduled;
  /// What goes on while a call is suspended; the call is resumed when it returns.
  std::function<void(uint32_t)> onSuspend = [](uint32_t) {};
  /// Type names of what scheduled calls raised.
  std::vector<Recorded> failures;
  /// The name of the exception's class that `statements` raise, and its text: "KeyError: 'x'".
  /// Empty: none.
  std::string raised(const std::string& statements);

  InPageKernel& kernel;
  TestInterpreter python;

 private:
  friend struct ClientFunctions;
  uint32_t serve(wire::Op op, Handle target, uint32_t frame, uint32_t positional,
                 uint32_t keywords);
  void take(Handle handle, uint32_t count);

  std::map<wire::Op, Answer> answers_;
  std::map<uint32_t, int> held_;
  std::vector<Asked> asked_;
};

/// What a reader stands on, and what a value says to a writer.
Recorded recorded(const ValueReader& reader);
bool play(const Recorded& value, ValueWriter& writer);

}  // namespace krait::test
