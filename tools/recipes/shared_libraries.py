"""Shared libraries that a wheel brings, in a folder beside its packages, and how its modules find them."""

import os
import shutil
from pathlib import Path

# Of a side module: WebAssembly's tool conventions, "Dynamic Linking".
_MAGIC = b"\0asm\1\0\0\0"
_CUSTOM_SECTION = 0
_SECTION = "dylink.0"
_NEEDED = 2
_RUNTIME_PATH = 5


def bundle(site: Path, name: str, libraries: dict[str, Path]) -> None:
    """Puts the libraries into `<name>.libs`, and tells the modules of `site` that need one."""
    if not libraries:
        return
    folder = site / f"{name}.libs"
    folder.mkdir()
    for file_name, path in libraries.items():
        shutil.copy(path, folder / file_name)
    for module in sorted(site.rglob("*.so")):
        content = module.read_bytes()
        if set(_needed(content)) & set(libraries):
            way = f"$ORIGIN/{os.path.relpath(folder, module.parent)}"
            module.write_bytes(_with_runtime_path(content, way))


def _needed(module: bytes) -> list[str]:
    """File names of the libraries that it needs. Raises ValueError when it is no side module."""
    start, end = _section(module)
    names: list[str] = []
    while start < end:
        kind = module[start]
        length, start = _number(module, start + 1)
        if kind == _NEEDED:
            count, position = _number(module, start)
            for _ in range(count):
                size, position = _number(module, position)
                names.append(module[position : position + size].decode())
                position += size
        start += length
    return names


def _with_runtime_path(module: bytes, path: str) -> bytes:
    start, end = _section(module)
    text = path.encode()
    paths = bytes([1]) + _encoded(len(text)) + text
    part = bytes([_RUNTIME_PATH]) + _encoded(len(paths)) + paths
    name = _encoded(len(_SECTION)) + _SECTION.encode()
    section = name + module[start:end] + part
    head = _MAGIC + bytes([_CUSTOM_SECTION]) + _encoded(len(section))
    return head + section + module[end:]


def _section(module: bytes) -> tuple[int, int]:
    """Where what the section says begins and ends; it is the first."""
    if module[: len(_MAGIC)] != _MAGIC or module[len(_MAGIC)] != _CUSTOM_SECTION:
        raise ValueError("it is no side module")
    length, start = _number(module, len(_MAGIC) + 1)
    size, name = _number(module, start)
    if module[name : name + size] != _SECTION.encode():
        raise ValueError(f"it has no section {_SECTION}")
    return name + size, start + length


def _number(data: bytes, position: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where the next thing is."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


def _encoded(number: int) -> bytes:
    encoded = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        encoded.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(encoded)
