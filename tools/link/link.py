#!/usr/bin/env python3
"""Links the WebAssembly kernel: krait.wasm, krait.core.wasm, krait.asm.mjs and krait.symbols.json.

usage: link.py --output DIR [--flavour dynamic|static] [--optimize LEVEL] --python-prefix DIR
               --stdlib ZIP [--js-library FILE]... INPUT...
"""

import argparse
import hashlib
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import core
import emscripten
import exports
import guard
import remembered
import slim
import wasm

GLUE, WASM, CORE, SYMBOLS = "krait.asm.mjs", "krait.wasm", "krait.core.wasm", "krait.symbols.json"
BUILD_ID_DIGITS = 32


def link_dynamic(
    work: Path, inputs: list[str], js_libraries: list[str], level: int
) -> dict[str, bytes]:
    linked = work / "linked.wasm"
    emscripten.link_everything(linked, inputs, js_libraries)
    module, symbols = slim.slim(linked.read_bytes(), exports.SELECTION)
    slimmed = work / "slim.wasm"
    slimmed.write_bytes(module)
    emscripten.finish_dynamic(slimmed, work / "krait.mjs", js_libraries, level)
    names = json.dumps(asdict(symbols), separators=(",", ":"))
    return {**_products(work, is_relocatable=True), SYMBOLS: names.encode()}


def link_static(
    work: Path, inputs: list[str], js_libraries: list[str], level: int
) -> dict[str, bytes]:
    emscripten.link_static(work / "krait.mjs", inputs, js_libraries, level)
    return _products(work, is_relocatable=False)


def _products(work: Path, *, is_relocatable: bool) -> dict[str, bytes]:
    module = (work / "krait.wasm").read_bytes()
    glue = (work / "krait.mjs").read_bytes()
    return {WASM: module, CORE: core.core(module, is_relocatable=is_relocatable), GLUE: glue}


def build_id(products: dict[str, bytes], stdlib: bytes) -> str:
    """What binds a snapshot to the module, the glue and the stdlib archive that it was made with."""
    digest = hashlib.sha256()
    for part in (products[WASM], products[GLUE], stdlib):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:BUILD_ID_DIGITS]


def python_archives(prefix: Path) -> list[str]:
    """The archives that tools/cpython says to link, each once."""
    flags = (prefix / "link-libs.txt").read_text().split()
    return [str(prefix / "lib" / f"lib{flag.removeprefix('-l')}.a") for flag in flags]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--flavour", choices=("dynamic", "static"), default="dynamic")
    parser.add_argument("--optimize", type=int, choices=(1, 2, 3), default=3)
    parser.add_argument("--python-prefix", type=Path, required=True)
    parser.add_argument("--stdlib", type=Path, required=True)
    parser.add_argument("--js-library", action="append", default=[])
    parser.add_argument("inputs", nargs="+")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    link = link_dynamic if arguments.flavour == "dynamic" else link_static
    inputs = [*arguments.inputs, *python_archives(arguments.python_prefix)]
    js_libraries, level = arguments.js_library, arguments.optimize

    def run_link() -> dict[str, bytes]:
        with tempfile.TemporaryDirectory(prefix="krait-link-") as work:
            return link(Path(work), inputs, js_libraries, level)

    settings = [arguments.flavour, str(level)]
    try:
        products = remembered.products(settings, map(Path, [*inputs, *js_libraries]), run_link)
        figures = guard.figures(products[WASM], products[GLUE].decode())
        if arguments.optimize > 1:
            guard.check(figures)
    except (emscripten.LinkFailed, guard.Regression, wasm.BadModule) as error:
        print(f"link: {error}", file=sys.stderr)
        return 1
    identity = build_id(products, arguments.stdlib.read_bytes())
    products[GLUE] += f'\nModule.buildId = "{identity}";\n'.encode()
    for name, content in products.items():
        (arguments.output / name).write_bytes(content)
    print("link:", ", ".join(f"{value} {name}" for name, value in figures.items()))
    print(f"link: build {identity}, krait.wasm {len(products[WASM])} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
