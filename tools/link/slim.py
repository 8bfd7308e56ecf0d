"""Takes most exports out of a dynamic main module and leaves what they named reachable through the table.

A JavaScript engine makes an object for each export at each start, and the loader makes a global offset
table entry: thousands of them cost more than everything else in a start. Side modules need the names only
when one is loaded. So a function keeps (or gets) a slot in the function table, data its address, and both
go to a name list that is read at the first load. docs/decisions/0003-few-exports.md has the figures.
"""

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass, field

import wasm

# Where the loader places the main module: its `__memory_base` (GLOBAL_BASE) and `__table_base`.
MEMORY_BASE = 1024
TABLE_BASE = 1

# A function of this name is what side modules get in place of the one behind the prefix (services/packages).
TWIN = "krait_side_"

DYLINK = "dylink.0"
DYLINK_MEMORY_INFO = 1
DYLINK_EXPORT_INFO = 3


@dataclass
class Symbols:
    """What left the export list: table slots of functions and addresses of data, by name."""

    functions: dict[str, int] = field(default_factory=dict)
    data: dict[str, int] = field(default_factory=dict)


@dataclass
class Selection:
    """Patterns (as in `fnmatch`): which exports stay exports, and which names are dropped altogether."""

    kept: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    def keeps(self, name: str) -> bool:
        return _matches(name, self.kept)

    def drops(self, name: str) -> bool:
        return _matches(name, self.dropped)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def slim(module: bytes, selection: Selection) -> tuple[bytes, Symbols]:
    """Rewrites a linked (not yet finalized) main module. Raises `wasm.BadModule`."""
    sections = wasm.read_sections(module)
    imports = wasm.read_imports(wasm.section_body(sections, wasm.IMPORT))
    elements = Elements(wasm.section_body(sections, wasm.ELEMENT))
    addresses = _addresses(sections, imports)
    kept: list[wasm.Export] = []
    symbols = Symbols()
    twins: dict[str, int] = {}
    for export in wasm.read_exports(wasm.section_body(sections, wasm.EXPORT)):
        if export.name.startswith(TWIN):
            twins[export.name.removeprefix(TWIN)] = elements.slot(export.index)
            continue
        if selection.keeps(export.name):
            kept.append(export)
        if selection.drops(export.name):
            continue
        if export.kind == wasm.KIND_FUNCTION:
            symbols.functions[export.name] = elements.slot(export.index)
        elif export.kind == wasm.KIND_GLOBAL and addresses.get(export.index) is not None:
            symbols.data[export.name] = MEMORY_BASE + addresses[export.index]
    symbols.functions.update(twins)
    _set_table_minimum(imports, elements.end)
    for section in sections:
        if section.id == wasm.IMPORT:
            section.body = wasm.write_imports(imports)
        elif section.id == wasm.EXPORT:
            section.body = wasm.write_exports(kept)
        elif section.id == wasm.ELEMENT:
            section.body = elements.write()
        elif section.id == wasm.CUSTOM and section.name == DYLINK:
            section.body = _dylink(section.body, elements.end - TABLE_BASE)
    return wasm.write_sections(sections), symbols


def _addresses(sections: list[wasm.Section], imports: list[wasm.Import]) -> dict[int, int]:
    """By index of a global: the offset from the memory base that it holds."""
    imported = sum(entry.kind == wasm.KIND_GLOBAL for entry in imports)
    constants = wasm.read_global_constants(wasm.section_body(sections, wasm.GLOBAL))
    return {imported + i: value for i, value in enumerate(constants) if value is not None}


def _set_table_minimum(imports: list[wasm.Import], end: int) -> None:
    for entry in imports:
        if entry.kind == wasm.KIND_TABLE:
            reader = wasm.Reader(entry.description)
            kind = reader.byte()
            flags, minimum, maximum = reader.limits()
            limits = wasm.encode_limits(flags, max(minimum, end), maximum)
            entry.description = bytes([kind]) + limits


def _dylink(body: bytes, table_size: int) -> bytes:
    """Sets the table size of the main module and drops the list of export flags."""
    reader = wasm.Reader(body)
    out = bytearray(wasm.encode_name(reader.name()))
    while not reader.at_end:
        kind = reader.byte()
        content = reader.take(reader.unsigned())
        if kind == DYLINK_EXPORT_INFO:
            continue
        if kind == DYLINK_MEMORY_INFO:
            info = wasm.Reader(content)
            memory_size, memory_align = info.unsigned(), info.unsigned()
            info.unsigned()
            fields = (memory_size, memory_align, table_size, info.unsigned())
            content = b"".join(map(wasm.encode_unsigned, fields))
        out += bytes([kind]) + wasm.encode_unsigned(len(content)) + content
    return bytes(out)


class Elements:
    """The one active element segment of a main module, which begins at the table base."""

    def __init__(self, body: bytes) -> None:
        reader = wasm.Reader(body)
        count = reader.unsigned()
        self._head = b""
        self._functions: list[int] = []
        if count:
            if count != 1 or reader.unsigned() != 0:
                raise wasm.BadModule("expected one active element segment of function indices")
            start = reader.position
            wasm.read_constant_expression(reader)
            self._head = b"\0" + body[start : reader.position]
            self._functions = reader.vector(reader.unsigned)
        else:
            self._head = b"\0" + bytes([wasm.OP_I32_CONST, TABLE_BASE, wasm.OP_END])
        self._slots: dict[int, int] = {}
        for position, function in enumerate(self._functions):
            self._slots.setdefault(function, TABLE_BASE + position)

    @property
    def end(self) -> int:
        """The first table index behind the segment."""
        return TABLE_BASE + len(self._functions)

    def slot(self, function: int) -> int:
        """The table index of a function, which gets one when it has none yet."""
        if function not in self._slots:
            self._slots[function] = self.end
            self._functions.append(function)
        return self._slots[function]

    def write(self) -> bytes:
        indices = b"".join(map(wasm.encode_unsigned, self._functions))
        count = wasm.encode_unsigned(len(self._functions))
        return wasm.encode_unsigned(1) + self._head + count + indices
