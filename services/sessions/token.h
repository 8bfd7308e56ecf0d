#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace krait::sessions {

using Token = std::vector<uint8_t>;

/// The bytes of a file, less line ends at its end. Empty when it cannot be read.
std::optional<Token> tokenFrom(const std::string& path);
/// A descriptor that kernel processes can read the token from, so that it is in no command line, no
/// environment and no file. Negative when the system refuses.
int holdToken(const Token& token);
/// The token of such a descriptor.
std::optional<Token> readToken(int descriptor);

}  // namespace krait::sessions
