#include "proxy/in-page/stack-pointer.h"

namespace krait {

uint32_t stackPointer() { return 0; }

void moveStackPointer(uint32_t) {}

}  // namespace krait
