#pragma once

#include <uv.h>

#include <string>

#include "services/sessions/address.h"
#include "services/sessions/gateway.h"

namespace krait::sessions {

/// A stream of either kind, as libuv has them.
union AnyStream {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_pipe_t pipe;
  uv_tcp_t tcp;

  void initialize(uv_loop_t* loop, Address::Kind kind);
  /// Of one that was made by `new`.
  void close();
};

/// Binds a stream to an address; a socket that a killed server left behind makes room. 0, or what
/// went wrong.
int bindTo(AnyStream& stream, const Address& address);
/// The address that it is bound to, with the port that the system has chosen, where it was to.
std::string boundName(const AnyStream& stream, const Address& address);
/// How clients speak that come by an address.
ClientKind clientKind(const Address& address);
/// Whether it listens there; said when not.
bool listensAt(int failed, const Address& address);

}  // namespace krait::sessions
