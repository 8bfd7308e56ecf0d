"""Splits CPython's evaluation loop into a hot loop and cold functions, at build time.

usage: split.py SOURCE        (the folder of CPython's sources)

V8 gives up its good register allocator for functions as large as the whole loop. So the instructions
that hot-instructions.txt names stay in one switch that is small enough, and each other instruction
becomes a function of its own. Their bodies are cut out of Python/generated_cases.c.h as they stand;
split-loop.h, which is copied beside the two files made here, holds what they run in.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = HERE / "split-loop.h"
HOT = HERE / "hot-instructions.txt"
INPUTS = (Path(__file__).resolve(), HEADER, HOT)

_INSTRUCTION = re.compile(
    r"^        TARGET\((\w+)\) \{\n(.*?)^        \}\n", re.DOTALL | re.MULTILINE
)

_TIER_CHECK = '    #error "This file is for Tier 1 only"\n'


class Unsplittable(Exception):
    """The sources are not of the shape that this script knows."""


def bodies(cases: str) -> dict[str, str]:
    """The text between the braces of each instruction, by name."""
    between = _INSTRUCTION.sub("", cases)
    if re.search(r"^ +\S", between.replace(_TIER_CHECK, ""), re.MULTILINE):
        raise Unsplittable("there is code between the instructions of generated_cases.c.h")
    return dict(_INSTRUCTION.findall(cases))


def hot_names() -> list[str]:
    lines = HOT.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def hot_cases(instructions: dict[str, str], hot: list[str]) -> str:
    """The cases of the hot switch, then the places where specialised instructions give up."""
    texts = [f"        TARGET({name}) {{\n{instructions[name]}        }}\n" for name in hot]
    joined = "".join(texts)
    if re.search(r"opcode ==|\bGO_TO_INSTRUCTION\b|goto exception_unwind", joined):
        raise Unsplittable("a hot instruction does what only cold ones may")
    heads = sorted(set(re.findall(r"DEOPT_IF\(.*, (\w+)\);", joined)))
    deopts = [f"        deopt_{head}: opcode = {head}; goto deoptimised;\n" for head in heads]
    return _of_tier_one(joined + "".join(deopts))


def cold_functions(instructions: dict[str, str], hot: list[str]) -> str:
    """A function for each cold instruction, and the table of them."""
    cold = [name for name in instructions if name not in hot]
    text = "".join(_cold_function(name, instructions) for name in cold)
    entries = "".join(f"    [{name}] = cold_{name},\n" for name in cold)
    return (
        _of_tier_one(text)
        + "#define COLD_INSTRUCTIONS \\\n"
        + entries.replace("\n", " \\\n")
        + "\n"
    )


def _of_tier_one(text: str) -> str:
    """As generated_cases.c.h does it: without this, calls would not note where they return to."""
    return f"#define TIER_ONE 1\n{text}#undef TIER_ONE\n"


def _cold_function(name: str, instructions: dict[str, str]) -> str:
    body = instructions[name]
    if re.search(r"^\s*return\b", body, re.MULTILINE):
        raise Unsplittable(f"{name} leaves the loop and has to be hot")
    # An instruction that goes on in the middle of another one gets that one's body, too.
    heads = re.findall(r"\bGO_TO_INSTRUCTION\((\w+)\)", body)
    pasted = "".join(f"    {{\n{instructions[head]}    }}\n" for head in heads)
    return f"COLD_INSTRUCTION({name})\n    {{\n{body}    }}\n{pasted}COLD_INSTRUCTION_END\n\n"


def split(source: Path) -> None:
    """Writes the three files that Python/ceval.c includes when PY_SPLIT_LOOP is defined."""
    python = source / "Python"
    instructions = bodies((python / "generated_cases.c.h").read_text())
    hot = hot_names()
    if unknown := set(hot) - set(instructions):
        raise Unsplittable(f"there are no instructions {', '.join(sorted(unknown))}")
    (python / "split-loop-hot.h").write_text(hot_cases(instructions, hot))
    (python / "split-loop-cold.h").write_text(cold_functions(instructions, hot))
    shutil.copy(HEADER, python)


if __name__ == "__main__":
    split(Path(sys.argv[1]))
