"""Refuses a main module whose start would be slow: one that exports or imports too much again."""

import exports
import wasm


class Regression(Exception):
    """A figure that every start pays for passed its bound in exports.py."""


BOUNDS = {
    "exports": exports.MAX_EXPORTS,
    "offset table imports": exports.MAX_OFFSET_TABLE_IMPORTS,
    "glue bytes": exports.MAX_GLUE_BYTES,
}


def figures(module: bytes, glue: str) -> dict[str, int]:
    """What is guarded, by the names in `BOUNDS`."""
    sections = wasm.read_sections(module)
    imports = wasm.read_imports(wasm.section_body(sections, wasm.IMPORT))
    return {
        "exports": len(wasm.read_exports(wasm.section_body(sections, wasm.EXPORT))),
        "offset table imports": sum(i.module.startswith("GOT.") for i in imports),
        "glue bytes": len(glue),
    }


def check(found: dict[str, int]) -> None:
    """Raises `Regression` naming the first figure that passed its bound."""
    for name, value in found.items():
        if value > BOUNDS[name]:
            raise Regression(f"{name}: {value}, at most {BOUNDS[name]} (tools/link/exports.py)")
