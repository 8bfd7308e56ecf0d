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
    """Who holds the former stream can go on writing to it: the two share the descriptor alone."""
    stream.flush()
    raw = io.FileIO(stream.fileno(), "wb", closefd=False)
    raw.name = stream.name  # type: ignore[misc]  # a plain attribute, as CPython sets it
    is_unbuffered = isinstance(stream.buffer, io.RawIOBase)
    replacement = OutputStream(
        raw if is_unbuffered else io.BufferedWriter(raw),  # type: ignore[arg-type]  # as CPython does
        encoding=stream.encoding,
        newline="\n",
        write_through=stream.write_through,
    )
    setattr(sys, name, replacement)
    setattr(sys, f"__{name}__", replacement)
    return replacement
