"""tools/link rewrites main modules: exports become table slots and addresses, data segments become empty."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools" / "link"))

import core  # noqa: E402
import guard  # noqa: E402
import slim  # noqa: E402
import wasm  # noqa: E402

I32, FUNCREF = 0x7F, 0x70


def constant(value: int) -> bytes:
    return bytes([wasm.OP_I32_CONST]) + wasm.encode_signed(value) + bytes([wasm.OP_END])


def vector(items: list[bytes]) -> bytes:
    return wasm.encode_unsigned(len(items)) + b"".join(items)


def dylink(table_size: int) -> wasm.Section:
    info = b"".join(map(wasm.encode_unsigned, (64, 4, table_size, 0)))
    export_flags = b"\0"
    body = wasm.encode_name("dylink.0")
    for kind, content in ((1, info), (3, export_flags)):
        body += bytes([kind]) + wasm.encode_unsigned(len(content)) + content
    return wasm.Section(wasm.CUSTOM, body)


def main_module() -> bytes:
    """Three functions after one imported; `second` is in the table already, `value` is data at offset 40."""
    imports = [
        wasm.Import("env", "log", wasm.KIND_FUNCTION, b"\0"),
        wasm.Import("env", "memory", wasm.KIND_MEMORY, b"\0\1"),
        wasm.Import("env", "table", wasm.KIND_TABLE, bytes([FUNCREF, 0, 2])),
        wasm.Import("env", "__memory_base", wasm.KIND_GLOBAL, bytes([I32, 0])),
        wasm.Import("env", "__table_base", wasm.KIND_GLOBAL, bytes([I32, 0])),
    ]
    exports = [
        wasm.Export("first", wasm.KIND_FUNCTION, 1),
        wasm.Export("second", wasm.KIND_FUNCTION, 2),
        wasm.Export("alias", wasm.KIND_FUNCTION, 2),
        wasm.Export("krait_third", wasm.KIND_FUNCTION, 3),
        wasm.Export("secret", wasm.KIND_FUNCTION, 3),
        wasm.Export("value", wasm.KIND_GLOBAL, 2),
    ]
    at_memory_base = bytes([wasm.OP_GLOBAL_GET, 0, wasm.OP_END])
    at_table_base = bytes([wasm.OP_GLOBAL_GET, 1, wasm.OP_END])
    code = b"\x02\0\x0b"  # two bytes: no locals, end
    return wasm.write_sections(
        [
            dylink(1),
            wasm.Section(wasm.TYPE, vector([b"\x60\0\0"])),
            wasm.Section(wasm.IMPORT, wasm.write_imports(imports)),
            wasm.Section(wasm.FUNCTION, vector([b"\0"] * 3)),
            wasm.Section(wasm.GLOBAL, vector([bytes([I32, 0]) + constant(40)])),
            wasm.Section(wasm.EXPORT, wasm.write_exports(exports)),
            wasm.Section(wasm.ELEMENT, vector([b"\0" + at_table_base + vector([b"\2"])])),
            wasm.Section(wasm.CODE, vector([code] * 3)),
            wasm.Section(wasm.DATA, vector([b"\0" + at_memory_base + vector([b"x"] * 5)])),
        ]
    )


class SlimTest(unittest.TestCase):
    def setUp(self) -> None:
        selection = slim.Selection(kept=("krait_*",), dropped=("krait_*", "secret"))
        self.module, self.symbols = slim.slim(main_module(), selection)
        self.sections = wasm.read_sections(self.module)

    def test_only_the_kept_exports_stay(self) -> None:
        exports = wasm.read_exports(wasm.section_body(self.sections, wasm.EXPORT))
        self.assertEqual([e.name for e in exports], ["krait_third"])

    def test_a_function_in_the_table_keeps_its_slot(self) -> None:
        self.assertEqual(self.symbols.functions["second"], 1)
        self.assertEqual(self.symbols.functions["alias"], 1)

    def test_other_functions_get_slots_behind_the_table(self) -> None:
        self.assertEqual(self.symbols.functions["first"], 2)

    def test_dropped_names_get_none(self) -> None:
        self.assertEqual(set(self.symbols.functions), {"first", "second", "alias"})

    def test_data_is_known_by_its_address(self) -> None:
        self.assertEqual(self.symbols.data, {"value": slim.MEMORY_BASE + 40})

    def test_the_table_has_room_for_all_slots(self) -> None:
        imports = wasm.read_imports(wasm.section_body(self.sections, wasm.IMPORT))
        table = next(i for i in imports if i.kind == wasm.KIND_TABLE)
        self.assertEqual(table.description, bytes([FUNCREF, 0, 3]))

    def test_the_loader_is_told_the_new_table_size(self) -> None:
        body = next(s.body for s in self.sections if s.id == wasm.CUSTOM)
        self.assertEqual(body, dylink(2).body[: len(body)])

    def test_code_is_left_alone(self) -> None:
        before = wasm.section_body(wasm.read_sections(main_module()), wasm.CODE)
        self.assertEqual(wasm.section_body(self.sections, wasm.CODE), before)


class CoreTest(unittest.TestCase):
    def test_what_only_a_cold_start_calls_is_empty(self) -> None:
        sections = wasm.read_sections(main_module())
        exports = wasm.read_exports(wasm.section_body(sections, wasm.EXPORT))
        exports[0].name = "__wasm_call_ctors"
        for section in sections:
            if section.id == wasm.EXPORT:
                section.body = wasm.write_exports(exports)
            elif section.id == wasm.CODE:
                section.body = vector([b"\x03\0\x01\x0b"] * 3)

        changed = wasm.read_sections(core.core(wasm.write_sections(sections), is_relocatable=True))

        code = wasm.section_body(changed, wasm.CODE)
        self.assertEqual(code, vector([b"\x02\0\x0b", *[b"\x03\0\x01\x0b"] * 2]))

    def test_segments_stay_in_place_and_hold_nothing(self) -> None:
        sections = wasm.read_sections(core.core(main_module(), is_relocatable=True))
        at_memory_base = bytes([wasm.OP_GLOBAL_GET, 0, wasm.OP_END])
        data = wasm.section_body(sections, wasm.DATA)
        self.assertEqual(data, vector([b"\0" + at_memory_base + b"\0"]))

    def test_a_start_function_that_clears_memory_goes(self) -> None:
        sections = [*wasm.read_sections(main_module()), wasm.Section(wasm.START, b"\2")]
        module = wasm.write_sections(sections)

        for is_relocatable in (False, True):
            kept = wasm.read_sections(core.core(module, is_relocatable=is_relocatable))
            self.assertEqual(any(s.id == wasm.START for s in kept), is_relocatable)

    def test_a_passive_segment_is_refused(self) -> None:
        sections = wasm.read_sections(main_module())
        sections[-1].body = vector([b"\1" + vector([b"x"])])
        with self.assertRaises(wasm.BadModule):
            core.core(wasm.write_sections(sections), is_relocatable=True)


class ReaderTest(unittest.TestCase):
    def test_numbers_come_back(self) -> None:
        for value in (0, 1, 63, 64, 127, 128, 300, 2**31 - 1):
            self.assertEqual(wasm.Reader(wasm.encode_unsigned(value)).unsigned(), value)
        for value in (0, -1, 63, 64, -64, -65, 2**31 - 1, -(2**31)):
            self.assertEqual(wasm.Reader(wasm.encode_signed(value)).signed(), value)

    def test_truncated_modules_are_refused(self) -> None:
        module = main_module()
        with self.assertRaises(wasm.BadModule):
            wasm.read_sections(module[:-1])
        with self.assertRaises(wasm.BadModule):
            wasm.read_sections(b"\0elf" + module[4:])


class GuardTest(unittest.TestCase):
    def test_a_figure_above_its_bound_stops_the_build(self) -> None:
        found = guard.figures(main_module(), "glue")
        self.assertEqual(found, {"exports": 6, "offset table imports": 0, "glue bytes": 4})
        guard.check(found)
        with self.assertRaisesRegex(guard.Regression, "exports: 10000"):
            guard.check({**found, "exports": 10_000})


if __name__ == "__main__":
    unittest.main()
