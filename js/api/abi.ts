/** The version of the platform that extension modules are built for (PEP 783): CPython 3.13, flags, libraries. */
export const ABI_VERSION = "2025_0";
