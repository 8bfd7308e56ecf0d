"""Files and JavaScript buffers (JP-buffer). The file's descriptor is used, at its current position."""

import os
from typing import Any, Protocol


class HasDescriptor(Protocol):
    def fileno(self) -> int: ...


def to_file(buffer: Any, file: HasDescriptor) -> None:
    """Writes all bytes of the JavaScript buffer. Raises OSError as `os.write`."""
    left = memoryview(buffer.to_bytes())
    while left:
        left = left[os.write(file.fileno(), left) :]


def from_file(buffer: Any, file: HasDescriptor) -> None:
    """Fills the JavaScript buffer as far as the file goes; what is behind stays as it was. Raises OSError as
    `os.read`."""
    content = bytearray(buffer.to_bytes())
    position = 0
    while position < len(content):
        part = os.read(file.fileno(), len(content) - position)
        if not part:
            break
        content[position : position + len(part)] = part
        position += len(part)
    buffer.assign(_items_of(buffer, content))


def _items_of(buffer: Any, content: bytearray) -> memoryview:
    """The bytes as items of the buffer's kind, since `assign` compares their sizes."""
    return memoryview(content).cast(buffer.to_memoryview().format or "B")
