"""Refuses a main module whose start would be slow: one that exports or imports too much again."""

import exports
import wasm


class Regression(Exception):
    """A figure that every start pays for passed its bound in exports.py."""


def check(module: bytes, glue: str) -> dict[str, int]:
    """The guarded figures. Raises `Regression` naming the first that passed its bound."""
    sections = wasm.read_sections(module)
    imports = wasm.read_imports(wasm.section_body(sections, wasm.IMPORT))
    figures = {
        "exports": len(wasm.read_exports(wasm.section_body(sections, wasm.EXPORT))),
        "offset table imports": sum(i.module.startswith("GOT.") for i in imports),
        "glue bytes": len(glue),
    }
    bounds = {
        "exports": exports.MAX_EXPORTS,
        "offset table imports": exports.MAX_OFFSET_TABLE_IMPORTS,
        "glue bytes": exports.MAX_GLUE_BYTES,
    }
    for name, value in figures.items():
        if value > bounds[name]:
            raise Regression(f"{name}: {value}, at most {bounds[name]} (tools/link/exports.py)")
    return figures
