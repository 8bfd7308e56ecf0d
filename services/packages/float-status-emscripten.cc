// The floating-point status that packages raise and test by hand. WebAssembly has none, and libc's
// functions do nothing; side modules get these in their place (tools/link/slim.py). What an
// operation would raise by itself is not seen.

#include <cstdint>

namespace {

// As x86-64 numbers them; a package defines the macros that libc lacks (tools/recipes).
enum Status : std::uint32_t {
  kInvalid = 0x01,
  kDivisionByZero = 0x04,
  kOverflow = 0x08,
  kUnderflow = 0x10,
  kInexact = 0x20
};

constexpr std::uint32_t kAll = kInvalid | kDivisionByZero | kOverflow | kUnderflow | kInexact;
std::uint32_t raised = 0;

}  // namespace

// Declared nowhere: only side modules call them, by libc's names.
#define SIDE extern "C" [[gnu::used, gnu::visibility("default")]]

SIDE int krait_side_feraiseexcept(int which) {
  raised |= static_cast<std::uint32_t>(which) & kAll;
  return 0;
}

SIDE int krait_side_feclearexcept(int which) {
  raised &= ~static_cast<std::uint32_t>(which);
  return 0;
}

SIDE int krait_side_fetestexcept(int which) {
  return static_cast<int>(raised & static_cast<std::uint32_t>(which));
}
