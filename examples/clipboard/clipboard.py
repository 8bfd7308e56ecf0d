"""The clipboard of whoever runs the program: `await clipboard.copy(text)`, `await clipboard.paste()`."""

import _clipboard_host
from pyodide.ffi import JsException


async def copy(text: str) -> None:
    """Puts text there. Raises TypeError for what is no text, OSError when the clipboard refuses."""
    if not isinstance(text, str):
        raise TypeError(f"the clipboard takes text, not {type(text).__name__}")
    try:
        await _clipboard_host.write(text)
    except JsException as error:
        raise OSError(f"the clipboard did not take the text: {error.message}") from error


async def paste() -> str:
    """The text that is there. Raises OSError when the clipboard refuses."""
    try:
        return await _clipboard_host.read()
    except JsException as error:
        raise OSError(f"the clipboard gave no text: {error.message}") from error
