"""Where recipes keep what they fetch and make."""

import os
from pathlib import Path


def folder(name: str) -> Path:
    """${XDG_CACHE_HOME:-$HOME/.cache}/krait/recipes/`name`, created when absent."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "krait" / "recipes" / name
    path.mkdir(parents=True, exist_ok=True)
    return path
