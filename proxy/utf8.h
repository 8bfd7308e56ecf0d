#pragma once

#include <string>

#include "kernel/values.h"

namespace krait {

/// Any text of the wire as UTF-8, without Python. A lone surrogate becomes the three bytes of its
/// number.
std::string utf8(TextView text);

}  // namespace krait
