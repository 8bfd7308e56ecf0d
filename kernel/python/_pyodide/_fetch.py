"""HTTP by JavaScript's `fetch` (HT-pyfetch, HT-FetchResponse)."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from . import _archives, _core
from ._host import host
from ._http_errors import AbortError, BodyUsedError, raise_for_status
from ._to_js import to_js_with_options


def _as_object(options: dict[str, Any], js: Any) -> Any:
    """A plain JavaScript object; dicts inside become objects too, bytes typed arrays."""
    return to_js_with_options(
        options,
        -1,
        pyproxies=None,
        create_pyproxies=True,
        dict_converter=js.Object.fromEntries,
        default_converter=None,
        eager_converter=None,
    )


async def pyfetch(
    request: Any,
    /,
    *,
    signal: Any = None,
    fetcher: Callable[..., Awaitable[Any]] | None = None,
    **kwargs: Any,
) -> "FetchResponse":
    """Fetches `request`, a URL or a JavaScript `Request` (HT-pyfetch).

    Keyword arguments are the options of JavaScript's `fetch`. `signal` is an AbortSignal; `fetcher`
    is called in the place of `fetch`. Raises AbortError when there is no response. Canceling the
    task that waits aborts the request.
    """
    js = host.require_js()
    controller = js.AbortController.new()
    options = _as_object(kwargs, js)
    if signal is None:
        options.signal = controller.signal
    else:
        options.signal = js.AbortSignal.any(_core.to_js([signal, controller.signal], 1))
    try:
        response = await (fetcher or js.fetch)(request, options)
    except asyncio.CancelledError:
        controller.abort()
        raise
    except _core.JsException as error:
        raise AbortError(error) from error
    js_request = request if _core.is_js(request) else None
    url = request.url if js_request is not None else str(request)
    return FetchResponse(url, response, controller, options.signal, js_request)


class FetchResponse:
    """A response of `pyfetch` (HT-FetchResponse). The body can be read once."""

    __module__ = "pyodide.http"

    def __init__(
        self,
        url: str,
        js_response: Any,
        abort_controller: Any = None,
        abort_signal: Any = None,
        js_request: Any = None,
    ) -> None:
        self._url = url
        self.js_response = js_response
        self.js_request = js_request
        self.abort_controller = abort_controller
        self.abort_signal = abort_signal

    @property
    def body_used(self) -> bool:
        """Whether the body was read."""
        return self.js_response.bodyUsed

    @property
    def headers(self) -> dict[str, str]:
        """The headers; names are lower case."""
        return {name: value for name, value in self.js_response.headers.entries()}

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return self.js_response.ok

    @property
    def redirected(self) -> bool:
        """Whether the request was redirected."""
        return self.js_response.redirected

    @property
    def status(self) -> int:
        """The status code."""
        return self.js_response.status

    @property
    def status_text(self) -> str:
        """The text that came with the status."""
        return self.js_response.statusText

    @property
    def type(self) -> str:
        """JavaScript's type of the response: "basic", "cors" …"""
        return self.js_response.type

    @property
    def url(self) -> str:
        """The URL of the response, after redirections."""
        return self.js_response.url or self._url

    def raise_for_status(self) -> None:
        """Raises HttpStatusError for a 4xx or 5xx status (HT-raise_for_status)."""
        raise_for_status(self.status, self.status_text, self.url)

    def clone(self) -> "FetchResponse":
        """A response with a body of its own. Raises BodyUsedError after the body was read
        (HT-clone)."""
        self._check_unused()
        return FetchResponse(
            self._url,
            self.js_response.clone(),
            self.abort_controller,
            self.abort_signal,
            self.js_request,
        )

    def abort(self, reason: Any = None) -> None:
        """Aborts the request. Raises ValueError if the response has no controller (HT-abort)."""
        if self.abort_controller is None:
            raise ValueError("This response has no abort controller")
        if reason is None:
            self.abort_controller.abort()
        else:
            self.abort_controller.abort(_core.to_js(reason, -1))

    async def buffer(self) -> Any:
        """The body as a JavaScript ArrayBuffer."""
        return await self._read("arrayBuffer")

    async def text(self) -> str:
        """The body as text."""
        return await self._read("text")

    async def string(self) -> str:
        """The body as text."""
        return await self.text()

    async def json(self, **kwargs: Any) -> Any:
        """The body as `json.loads` reads it; `kwargs` go there."""
        return json.loads(await self.text(), **kwargs)

    async def memoryview(self) -> memoryview:
        """The body as a memoryview."""
        return (await self.buffer()).to_memoryview()

    async def bytes(self) -> bytes:
        """The body as bytes."""
        return (await self.buffer()).to_bytes()

    async def unpack_archive(
        self, *, extract_dir: str | None = None, format: str | None = None
    ) -> None:
        """Unpacks the body as an archive into `extract_dir`, by default the working folder
        (HT-unpack).

        `format` is a name of an archive format or an extension (AR-format); by default the file
        name in the URL tells.
        """
        name = os.path.basename(unquote(urlsplit(self.url).path))
        body = await self.bytes()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, name or "archive")
            with open(path, "wb") as file:
                file.write(body)
            if format is None and not name.endswith(".whl"):
                shutil.unpack_archive(path, extract_dir)
            else:
                _archives.unpack(path, format or "wheel", extract_dir)

    def _check_unused(self) -> None:
        if self.js_response.bodyUsed:
            raise BodyUsedError()

    async def _read(self, method: str) -> Any:
        self._check_unused()
        try:
            return await getattr(self.js_response, method)()
        except _core.JsException as error:
            raise AbortError(error) from error
