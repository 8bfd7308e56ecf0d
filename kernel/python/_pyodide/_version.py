"""The version of krait, and the only place in the Python half that spells it (PY-package)."""

__version__ = "0.1.0"
