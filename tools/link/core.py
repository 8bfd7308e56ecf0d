"""Takes out of a main module what a memory restored from a snapshot makes superfluous: the contents of its data
segments, and the functions that relocate data and run constructors.

Such a module can only be started from a snapshot, so it is shipped beside the whole one.
"""

import wasm

ACTIVE, PASSIVE, ACTIVE_WITH_INDEX = range(3)

# Called by the loader of a cold start only (js/kernel/instantiate.ts). They take and give nothing.
START_FUNCTIONS = ("__wasm_apply_data_relocs", "__wasm_call_ctors")
EMPTY_FUNCTION = bytes([0, wasm.OP_END])  # no locals


def core(module: bytes, *, is_relocatable: bool) -> bytes:
    """The part of a main module that a restored memory needs. Raises `wasm.BadModule`.

    The start function of a relocatable module sets its globals; that of another one clears memory, so it goes.
    """
    sections = wasm.read_sections(module)
    if not is_relocatable:
        sections = [section for section in sections if section.id != wasm.START]
    superfluous = _start_functions(sections)
    for section in sections:
        if section.id == wasm.DATA:
            section.body = _without_contents(section.body)
        elif section.id == wasm.CODE:
            section.body = _emptied(section.body, superfluous)
    return wasm.write_sections([s for s in sections if not _is_debug(s)])


def _start_functions(sections: list[wasm.Section]) -> set[int]:
    """Positions in the code section of the functions that a restored instance never calls."""
    imports = wasm.read_imports(wasm.section_body(sections, wasm.IMPORT))
    imported = sum(entry.kind == wasm.KIND_FUNCTION for entry in imports)
    exports = wasm.read_exports(wasm.section_body(sections, wasm.EXPORT))
    return {entry.index - imported for entry in exports if entry.name in START_FUNCTIONS}


def _emptied(body: bytes, positions: set[int]) -> bytes:
    reader = wasm.Reader(body)
    count = reader.unsigned()
    out = bytearray(wasm.encode_unsigned(count))
    for position in range(count):
        function = reader.take(reader.unsigned())
        if position in positions:
            function = EMPTY_FUNCTION
        out += wasm.encode_unsigned(len(function)) + function
    return bytes(out)


def _without_contents(body: bytes) -> bytes:
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
