#pragma once

#include <uv.h>

#include <span>
#include <string>
#include <vector>

namespace krait::sessions {

/// The descriptor by which a child is told of its work, and the first of those that it is given
/// besides.
constexpr int kControlDescriptor = 3;
constexpr int kFirstDescriptor = 4;

/// What a child process is started with.
struct ChildOptions {
  const std::vector<std::string>& command;  // program and arguments
  uv_stdio_container_t control;             // its end of the control socket
  std::span<const int> descriptors;         // of this process; the child has them from 4 on
  uv_exit_cb ended;
};

/// Starts a process in a group of its own, with the standard output of this one and no input. 0, or
/// what went wrong.
int startChild(uv_loop_t& loop, uv_process_t& process, const ChildOptions& options);

}  // namespace krait::sessions
