"""The web console's half in Python: runs what is entered, shows values as pictures where they have one, completes words."""

import ast
import builtins
import signal
import sys
from typing import Any, Protocol

from _pyodide._code_runner import CodeRunner
from _pyodide._prompt import Prompt
from pyodide.console import BANNER
from pyodide.ffi import to_js


class Page(Protocol):
    """The console's page."""

    async def loadImports(self, source: str) -> object: ...

    def showPicture(self, mime_type: str, data: Any) -> object: ...


class WebPrompt(Prompt):
    """Runs entries of one or more lines in `__main__`."""

    def __init__(self, page: Page) -> None:
        import __main__

        super().__init__(None, __main__.__dict__)  # type: ignore[arg-type]
        self.page = page
        sys.displayhook = self.show_value
        sys.modules["_krait_console"] = self  # type: ignore[assignment]
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self.on_signal)

    async def run(self, source: str) -> int | None:
        """Runs an entry and shows what comes of it; the exit status if it ended the program."""
        self.is_interrupted = False
        self.running = future = self.runsource(source, self.filename)
        try:
            return await self.show(future)
        except KeyboardInterrupt:
            print("\nKeyboardInterrupt", file=sys.stderr)
        finally:
            self.running = None
            sys.stdout.flush()
            sys.stderr.flush()
        return None

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        """As `Console.runcode`, after the packages that the source imports have been loaded."""
        await self.page.loadImports(source)
        return await super().runcode(source, code)

    def _compile(self, source: str, filename: str) -> CodeRunner | None:
        """An entry of several statements runs as a whole, and shows the value of its last expression."""
        if len(ast.parse(source, filename).body) < 2:
            return super()._compile(source + "\n", filename)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return CodeRunner(source, mode="exec", filename=filename, flags=flags).compile()

    def interrupt(self) -> None:
        """Ends what is awaited by code that was entered."""
        self.is_interrupted = True
        if self.running:
            self.running.cancel()

    def show_value(self, value: Any) -> None:
        """`sys.displayhook`: values that are pictures are shown as such."""
        if value is not None and not isinstance(value, type):
            for mime_type, name in (("image/png", "_repr_png_"), ("image/svg+xml", "_repr_svg_")):
                method = getattr(value, name, None)
                data = method() if callable(method) else None
                if isinstance(data, (bytes, str)):
                    builtins._ = value  # type: ignore[attr-defined]
                    self.show_picture(mime_type, data)
                    return
        sys.__displayhook__(value)

    def show_picture(self, mime_type: str, data: bytes | str) -> None:
        """Shows a picture between the lines; matplotlib's figures come here, too."""
        self.page.showPicture(mime_type, to_js(data))


banner = BANNER
make_prompt = WebPrompt
