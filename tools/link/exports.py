"""Which names a main module exports, which only side modules may reach, and which nobody needs."""

from slim import Selection

# What JavaScript calls: the ABI of ARCHITECTURE.md, and what Emscripten's glue asks of libc.
KEPT = (
    "krait_*",
    "Py_EMSCRIPTEN_SIGNAL_HANDLING",
    "__wasm_call_ctors",
    "__wasm_apply_data_relocs",
    "__dl_seterr",
    "__em_js__*",
    "__start_em_*",
    "__stop_em_*",
    "_emscripten_stack_alloc",
    "_emscripten_stack_restore",
    "_emscripten_tempret_set",
    "_emscripten_timeout",
    "calloc",
    "emscripten_builtin_memalign",
    "emscripten_stack_get_base",
    "emscripten_stack_get_current",
    "emscripten_stack_get_end",
    "emscripten_stack_init",
    "free",
    "htonl",
    "htons",
    "malloc",
    "ntohs",
    "setThrew",
)

# The same for the static flavour, whose linker wants whole names.
STATIC = (
    "krait_alloc",
    "krait_call",
    "krait_dispatch",
    "krait_dispatch_kept",
    "krait_frames",
    "krait_free",
    "krait_get_attr",
    "krait_get_item",
    "krait_name",
    "krait_open_stack",
    "krait_refresh",
    "krait_release",
    "krait_run",
    "krait_set_attr",
    "krait_set_item",
    "krait_stacks_in_use",
    "krait_start",
    "Py_EMSCRIPTEN_SIGNAL_HANDLING",
    "emscripten_stack_get_base",
    "emscripten_stack_get_end",
    "emscripten_stack_init",
    "free",
    "malloc",
)

# What no side module has a use for: the libraries behind CPython's own modules are its private matter, as are
# its module initialisers, the kernel's own C++ and the linker's marks.
DROPPED = (
    "PyInit_*",
    "krait_*",
    "_ZN5krait*",
    "_ZNK5krait*",
    "_ZTI*N5krait*",
    "_ZTS*N5krait*",
    "_ZTV*N5krait*",
    "__em_js__*",
    "__em_lib_deps_*",
    "__start_em_*",
    "__stop_em_*",
    "__wasm_apply_*",
    "__wasm_call_ctors",
    "__wasm_init_*",
    # They take addresses of JavaScript functions, each of which would cost a table entry at every start.
    "emscripten_*f",
    "emscripten_console_*",
    "_Py_HashSecret",
    "mpd_*",
    "BZ2_*",
    "lzma_*",
    "sqlite3_*",
    "XML_*",
    "Xml*",
)

SELECTION = Selection(kept=KEPT, dropped=DROPPED)

# Upper bounds of what each start pays for; a build that passes one of them fails.
MAX_EXPORTS = 60
MAX_OFFSET_TABLE_IMPORTS = 12
MAX_GLUE_BYTES = 200_000
