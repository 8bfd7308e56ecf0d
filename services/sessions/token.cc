#include "services/sessions/token.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace krait::sessions {

std::optional<Token> tokenFrom(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  Token token(std::istreambuf_iterator<char>(file), {});
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  return token;
}

int holdToken(const Token& token) {
  const int descriptor = memfd_create("token", MFD_CLOEXEC);
  if (descriptor < 0) return -1;
  const ssize_t written = write(descriptor, token.data(), token.size());
  return written == static_cast<ssize_t>(token.size()) ? descriptor : -1;
}

std::optional<Token> readToken(int descriptor) {
  struct stat facts{};
  if (fstat(descriptor, &facts) != 0) return std::nullopt;
  Token token(static_cast<size_t>(facts.st_size));
  // Kernel processes share the descriptor's position.
  const ssize_t read = pread(descriptor, token.data(), token.size(), 0);
  if (read != facts.st_size) return std::nullopt;
  return token;
}

}  // namespace krait::sessions
