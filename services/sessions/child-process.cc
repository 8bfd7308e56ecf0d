#include "services/sessions/child-process.h"

#include <unistd.h>

namespace krait::sessions {

int startChild(uv_loop_t& loop, uv_process_t& process, const ChildOptions& options) {
  std::vector<char*> arguments;
  arguments.reserve(options.command.size() + 1);
  for (const std::string& word : options.command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);

  std::vector<uv_stdio_container_t> stdio(kFirstDescriptor + options.descriptors.size());
  const auto inherit = [&](size_t place, int descriptor) {
    stdio[place].flags = UV_INHERIT_FD;
    stdio[place].data.fd = descriptor;
  };
  stdio[STDIN_FILENO].flags = UV_IGNORE;
  inherit(STDOUT_FILENO, STDOUT_FILENO);
  inherit(STDERR_FILENO, STDERR_FILENO);
  stdio[kControlDescriptor] = options.control;
  for (size_t i = 0; i < options.descriptors.size(); i++) {
    inherit(kFirstDescriptor + i, options.descriptors[i]);
  }

  uv_process_options_t settings{};
  settings.file = arguments[0];
  settings.args = arguments.data();
  settings.stdio = stdio.data();
  settings.stdio_count = static_cast<int>(stdio.size());
  // A group of its own: bwrap is more than one process while it starts.
  settings.flags = UV_PROCESS_DETACHED;
  settings.exit_cb = options.ended;
  return uv_spawn(&loop, &process, &settings);
}

}  // namespace krait::sessions
