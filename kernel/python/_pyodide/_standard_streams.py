"""`sys.stdout` and `sys.stderr` as the stream handlers of JavaScript need them (ST-out.layer, ST-batched.3)."""

import errno
import io
import os
import sys

# What fsync says of descriptors that have nothing to deliver: a pipe, a socket.
_NOTHING_TO_SYNC = {errno.EINVAL, errno.ENOSYS, errno.EROFS}


class OutputStream(io.TextIOWrapper):
    """Text output whose flush reaches the handler too, which may hold back a part of a line."""

    mode = "w"

    def flush(self) -> None:
        super().flush()
        try:
            os.fsync(self.fileno())
        except OSError as error:
            if error.errno not in _NOTHING_TO_SYNC:
                raise


def set_up() -> None:
    """Output appears line by line, whether or not it goes to a terminal, and a flush delivers what there is."""
    for name, errors in (("stdout", "surrogateescape"), ("stderr", "backslashreplace")):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper:
            stream = _replace(name, stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors, line_buffering=True)


def _replace(name: str, stream: io.TextIOWrapper) -> OutputStream:
    encoding, is_write_through = stream.encoding, stream.write_through
    replacement = OutputStream(
        stream.detach(), encoding=encoding, newline="\n", write_through=is_write_through
    )
    setattr(sys, name, replacement)
    setattr(sys, f"__{name}__", replacement)
    return replacement
