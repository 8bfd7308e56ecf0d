"""matplotlib's default backend in krait: figures are drawn by Agg, and `plt.show()` gives them as PNG to who shows them.

That is, in this order, `krait_canvas.show_picture` where a program has set it, the web console, an element of the page: the one
that `document.pyodideMplTarget` names, or else its body. Where there is no page, in Node say, `show` says what to do instead.
"""

import io
import sys
import warnings
from collections.abc import Callable

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase, _Backend
from matplotlib.backends.backend_agg import FigureCanvasAgg

show_picture: Callable[[bytes], object] | None = None
"""Takes a figure as the bytes of a PNG file."""

_NO_PAGE = "there is no page to show figures on: use plt.savefig, or set krait_canvas.show_picture"


def _in_console(png: bytes) -> bool:
    console = sys.modules.get("_krait_console")
    if console is None:
        return False
    console.show_picture("image/png", png)
    return True


def _in_page(png: bytes) -> bool:
    try:
        from js import Blob, URL, document
        from pyodide.ffi import to_js
    except ImportError:
        return False
    blob = Blob.new(to_js([png]), type="image/png")
    image = document.createElement("img")
    image.src = URL.createObjectURL(blob)
    image.alt = "a figure of matplotlib"
    target = getattr(document, "pyodideMplTarget", None) or document.body
    target.appendChild(image)
    return True


def _give(png: bytes) -> None:
    if show_picture is not None:
        show_picture(png)
    elif not (_in_console(png) or _in_page(png)):
        warnings.warn(_NO_PAGE, stacklevel=4)


class FigureManager(FigureManagerBase):
    """A figure that is shown once, when `show` is called."""

    def show(self) -> None:
        output = io.BytesIO()
        self.canvas.figure.savefig(output, format="png")
        _give(output.getvalue())


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas, whose figures `plt.show()` shows."""

    manager_class = FigureManager


@_Backend.export
class _Krait(_Backend):
    FigureCanvas = FigureCanvas
    FigureManager = FigureManager

    @staticmethod
    def show(*, block: object = None) -> None:
        """Shows the figures that are open, and closes them: the next ones begin afresh."""
        for manager in Gcf.get_all_fig_managers():
            manager.show()
            Gcf.destroy(manager)
