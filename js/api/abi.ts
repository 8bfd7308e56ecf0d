/** Names what extension modules are compiled against: CPython's minor version, Emscripten, and how the kernel is linked. */
export const ABI_VERSION = "krait_3_13_2026_1";
