"""Reads and writes the sections of a WebAssembly binary, as far as the link steps need them.

Source of the layout: the WebAssembly core specification, "Binary Format", and the tool conventions for
dynamic linking (section `dylink.0`).
"""

from collections.abc import Callable
from dataclasses import dataclass

MAGIC = b"\0asm\1\0\0\0"

CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA = range(
    12
)
DATA_COUNT, TAG = 12, 13

# The kinds of imports and exports.
KIND_FUNCTION, KIND_TABLE, KIND_MEMORY, KIND_GLOBAL, KIND_TAG = range(5)

OP_END, OP_GLOBAL_GET, OP_I32_CONST = 0x0B, 0x23, 0x41


class BadModule(Exception):
    """The module is malformed, or holds what these tools do not handle."""


def encode_unsigned(value: int) -> bytes:
    """LEB128, unsigned."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode_signed(value: int) -> bytes:
    """LEB128, signed."""
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def encode_name(name: str) -> bytes:
    raw = name.encode()
    return encode_unsigned(len(raw)) + raw


class Reader:
    """A cursor over bytes. Reading past the end raises `BadModule`."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.data)

    def byte(self) -> int:
        if self.at_end:
            raise BadModule("the module ends inside a section")
        self.position += 1
        return self.data[self.position - 1]

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.position:
            raise BadModule("a length in the module points past its end")
        self.position += count
        return self.data[self.position - count : self.position]

    def unsigned(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def signed(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value - (1 << shift) if byte & 0x40 else value

    def name(self) -> str:
        return self.take(self.unsigned()).decode()

    def vector[T](self, read: Callable[[], T]) -> list[T]:
        return [read() for _ in range(self.unsigned())]

    def limits(self) -> tuple[int, int, int | None]:
        """Flags, minimum and maximum of a table or memory."""
        flags = self.byte()
        minimum = self.unsigned()
        return flags, minimum, self.unsigned() if flags & 1 else None


def encode_limits(flags: int, minimum: int, maximum: int | None) -> bytes:
    tail = b"" if maximum is None else encode_unsigned(maximum)
    return bytes([flags]) + encode_unsigned(minimum) + tail


@dataclass
class Section:
    """One section: its id and its content without the length in front."""

    id: int
    body: bytes

    @property
    def name(self) -> str:
        """The name of a custom section."""
        return Reader(self.body).name()


def read_sections(module: bytes) -> list[Section]:
    if module[:8] != MAGIC:
        raise BadModule("this is not a WebAssembly module of version 1")
    reader = Reader(module, 8)
    sections = []
    while not reader.at_end:
        section_id = reader.byte()
        sections.append(Section(section_id, reader.take(reader.unsigned())))
    return sections


def write_sections(sections: list[Section]) -> bytes:
    out = bytearray(MAGIC)
    for section in sections:
        out += bytes([section.id]) + encode_unsigned(len(section.body)) + section.body
    return bytes(out)


def section_body(sections: list[Section], section_id: int) -> bytes:
    """The content of a section; that of an empty vector when the module has none."""
    return next((s.body for s in sections if s.id == section_id), b"\0")


@dataclass
class Import:
    module: str
    name: str
    kind: int
    description: bytes  # what follows the kind, as in the binary


def _import_description(reader: Reader, kind: int) -> None:
    if kind == KIND_FUNCTION:
        reader.unsigned()
    elif kind == KIND_TABLE:
        reader.byte()
        reader.limits()
    elif kind == KIND_MEMORY:
        reader.limits()
    elif kind == KIND_GLOBAL:
        reader.take(2)
    elif kind == KIND_TAG:
        reader.byte()
        reader.unsigned()
    else:
        raise BadModule(f"unknown kind {kind} of import")


def read_imports(body: bytes) -> list[Import]:
    reader = Reader(body)

    def one() -> Import:
        module, name, kind = reader.name(), reader.name(), reader.byte()
        start = reader.position
        _import_description(reader, kind)
        return Import(module, name, kind, reader.data[start : reader.position])

    return reader.vector(one)


def write_imports(imports: list[Import]) -> bytes:
    out = bytearray(encode_unsigned(len(imports)))
    for entry in imports:
        out += encode_name(entry.module) + encode_name(entry.name)
        out += bytes([entry.kind]) + entry.description
    return bytes(out)


@dataclass
class Export:
    name: str
    kind: int
    index: int


def read_exports(body: bytes) -> list[Export]:
    reader = Reader(body)
    return reader.vector(lambda: Export(reader.name(), reader.byte(), reader.unsigned()))


def write_exports(exports: list[Export]) -> bytes:
    out = bytearray(encode_unsigned(len(exports)))
    for entry in exports:
        out += encode_name(entry.name) + bytes([entry.kind]) + encode_unsigned(entry.index)
    return bytes(out)


def read_constant_expression(reader: Reader) -> tuple[int, int]:
    """Opcode and operand of `i32.const N` or `global.get N`; other expressions give their opcode and 0."""
    opcode = reader.byte()
    if opcode == OP_I32_CONST:
        operand = reader.signed()
    elif opcode == OP_GLOBAL_GET:
        operand = reader.unsigned()
    elif opcode == 0x42:
        reader.signed()
        operand = 0
    elif opcode in (0x43, 0x44):
        reader.take(4 if opcode == 0x43 else 8)
        operand = 0
    else:
        raise BadModule(f"opcode {opcode:#x} in a constant expression")
    if reader.byte() != OP_END:
        raise BadModule("a constant expression of more than one instruction")
    return opcode, operand


def read_global_constants(body: bytes) -> list[int | None]:
    """The `i32.const` that each global begins with; None for any other beginning."""
    reader = Reader(body)

    def one() -> int | None:
        reader.take(2)
        opcode, operand = read_constant_expression(reader)
        return operand if opcode == OP_I32_CONST else None

    return reader.vector(one)
