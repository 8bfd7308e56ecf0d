// Counts the calls of libffi, whose way to the C function leads through JavaScript: linked with
// --wrap (tools/link/emscripten.py).

#include "proxy/in-page/switched-stacks.h"

namespace {

class ForeignCall {
 public:
  ForeignCall() { krait::foreignCalls++; }
  ForeignCall(const ForeignCall&) = delete;
  ForeignCall& operator=(const ForeignCall&) = delete;
  ~ForeignCall() { krait::foreignCalls--; }
};

}  // namespace

extern "C" {

void __real_ffi_call(void* interface, void (*function)(), void* result, void** arguments);

void __wrap_ffi_call(void* interface, void (*function)(), void* result, void** arguments) {
  const ForeignCall counted;
  __real_ffi_call(interface, function, result, arguments);
}
}
