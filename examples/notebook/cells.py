"""Runs the cells of a notebook in one namespace."""

import base64
import sys
import traceback
from typing import Any

from pyodide.code import eval_code_async

namespace: dict[str, Any] = {"__name__": "__main__"}


async def run(source: str) -> list[str]:
    """Runs a cell. What its value is, for the page: a kind ("html", "png" in base64, "text", "error", "nothing") and a text."""
    try:
        value = await eval_code_async(source, namespace)
    except BaseException:
        return ["error", traceback.format_exc(limit=-1)]
    figure = _figure()
    if figure is not None:
        return ["png", figure]
    if value is None:
        return ["nothing", ""]
    if hasattr(value, "_repr_html_"):
        return ["html", value._repr_html_()]
    return ["text", repr(value)]


def _figure() -> str | None:
    """What matplotlib has drawn since the last cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return None
    import io

    png = io.BytesIO()
    pyplot.gcf().savefig(png)
    pyplot.close("all")
    return base64.b64encode(png.getvalue()).decode()
