"""Empties the data segments of a main module: a memory restored from a snapshot holds them already.

Such a module can only be started from a snapshot, so it is shipped beside the whole one.
"""

import wasm

ACTIVE, PASSIVE, ACTIVE_WITH_INDEX = range(3)


def without_data(module: bytes) -> bytes:
    """The same module with zero bytes in every active data segment. Raises `wasm.BadModule`."""
    sections = wasm.read_sections(module)
    for section in sections:
        if section.id == wasm.DATA:
            section.body = _emptied(section.body)
    return wasm.write_sections([s for s in sections if not _is_debug(s)])


def _emptied(body: bytes) -> bytes:
    reader = wasm.Reader(body)
    count = reader.unsigned()
    out = bytearray(wasm.encode_unsigned(count))
    for _ in range(count):
        start = reader.position
        kind = reader.unsigned()
        if kind not in (ACTIVE, ACTIVE_WITH_INDEX):
            raise wasm.BadModule("a passive data segment: its bytes may be needed at any time")
        if kind == ACTIVE_WITH_INDEX:
            reader.unsigned()
        wasm.read_constant_expression(reader)
        out += body[start : reader.position] + wasm.encode_unsigned(0)
        reader.take(reader.unsigned())
    return bytes(out)


def _is_debug(section: wasm.Section) -> bool:
    return section.id == wasm.CUSTOM and section.name in ("name", "producers")
