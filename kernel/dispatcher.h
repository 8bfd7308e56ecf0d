#pragma once

#include <array>
#include <vector>

#include "kernel/buffer-views.h"
#include "kernel/conversion.h"
#include "kernel/python-error.h"

namespace krait {

/// One thing that the client asks. Positional arguments come first, then `keywordCount` keyword
/// values, then as many keyword names.
struct Request {
  wire::Op op;
  Handle target;  // ignored by ops that need none
  const ArgumentReader& arguments;
  uint32_t keywordCount = 0;
  PyObject* object = nullptr;  // the target itself, in place of its handle
  PyRef* kept = nullptr;       // takes the object that the result is, for calls that will name it
  bool isResultWanted = true;  // else none is written in its place
};

class Arguments;
struct Outcome;

/// Decodes a request, runs it against the object protocol, encodes the reply. The same code serves
/// the call frame and the message, since it sees only readers and writers.
class Dispatcher {
 public:
  /// Calls that the two sides may nest (BY-nest); one more fails with `limit`, raised as
  /// RecursionError.
  static constexpr uint32_t kMaxDepth = 64;

  Dispatcher(Conversion& conversion, LastError& lastError)
      : conversion_(conversion), lastError_(lastError) {}

  /// Runs `request`. `returned`: one value was written. `stopped`: the iterator ended and its
  /// return value was written. `failed`: the failure was written as kind (int), type name (text or
  /// none), message (text), serial (int), in this order. Nothing else is ever written, and no
  /// Python exception is left pending. The arguments are all read, or given back, before the reply
  /// is begun, so that the two may share memory. What the reply names lives until the next request
  /// at the same depth or above it.
  wire::Status dispatch(const Request& request, ArgumentWriter& reply);

  /// Counts a request that a carrier runs by itself in, until `leave`.
  void enter() {
    depth_++;
    if (deepestReply_ >= depth_) forgetReplies();
  }
  void leave() { depth_--; }
  /// Whether one request more would pass `kMaxDepth`.
  bool isFull() const { return depth_ >= kMaxDepth; }
  /// Writes what such a request came to, as `dispatch` does.
  wire::Status answer(Result<Outcome> outcome, ArgumentWriter& reply);

  /// Gives back references of the client (see HandleTable::release). A stale handle is ignored and
  /// reported false.
  bool release(Handle handle, uint32_t count);
  /// Gives back everything that a client holds: there is a new one, which has nothing yet. May run
  /// Python.
  void forgetClient();

 private:
  void forgetReplies();
  Result<Outcome> run(const Request& request);
  Result<Outcome> operate(const Request& request, Arguments& arguments);
  Result<wire::Status> succeed(Outcome outcome, ValueWriter& writer);
  wire::Status fail(Error error, ValueWriter* first, ArgumentWriter& reply);

  Conversion& conversion_;
  LastError& lastError_;
  BufferViews views_;
  uint32_t depth_ = 0;  // requests that are being run
  // By depth: what stands for the client's objects that the last reply gave home. Released no
  // earlier, since the client may release its object then.
  std::array<std::vector<PyRef>, kMaxDepth + 1> replied_;
  uint32_t deepestReply_ = 0;  // no deeper one holds anything
};

}  // namespace krait
