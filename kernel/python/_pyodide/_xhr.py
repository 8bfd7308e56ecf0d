"""Synchronous HTTP by JavaScript's XMLHttpRequest, which browsers and their workers have (HT-pyxhr,
HT-open_url)."""

import base64
import json as json_module
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from . import _core
from ._host import host
from ._http_errors import XHRError, XHRNetworkError, raise_for_status


def _new_request() -> Any:
    constructor = getattr(host.require_js(), "XMLHttpRequest", None)
    if constructor is None:
        raise XHRError("XMLHttpRequest does not exist here; use pyfetch")
    return constructor.new()


def read_text(url: str) -> str:
    """The body of a synchronous GET (HT-open_url). Raises XHRError if there is none."""
    request = _new_request()
    request.open("GET", url, False)
    _send(request, None)
    return request.response


def _send(request: Any, body: Any) -> None:
    try:
        request.send(body)
    except _core.JsException as error:
        raise XHRNetworkError(str(error)) from error


class XHRResponse:
    """A response of `pyxhr`."""

    __module__ = "pyodide.http"

    def __init__(self, request: Any, url: str) -> None:
        self.status_code: int = request.status
        self.status_text: str = request.statusText
        self.url: str = request.responseURL or url
        self.headers = _parse_headers(request.getAllResponseHeaders() or "")
        # The request asks for text in x-user-defined, where each unit's low byte is the byte that
        # came.
        self.content: bytes = request.responseText.encode("utf-16-le")[::2]

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 399."""
        return 200 <= self.status_code < 400

    @property
    def text(self) -> str:
        """The body, decoded as the content type says, by default UTF-8."""
        _, _, charset = self.headers.get("content-type", "").partition("charset=")
        charset = charset.split(";")[0].strip().strip('"') or "utf-8"
        try:
            return self.content.decode(charset, "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as `json.loads` reads it."""
        return json_module.loads(self.text)

    def raise_for_status(self) -> None:
        """Raises HttpStatusError for a 4xx or 5xx status."""
        raise_for_status(self.status_code, self.status_text, self.url)


def _parse_headers(text: str) -> dict[str, str]:
    headers = {}
    for line in text.splitlines():
        name, separator, value = line.partition(":")
        if separator:
            headers[name.strip().lower()] = value.strip()
    return headers


def with_params(url: str, params: Mapping[str, Any] | None) -> str:
    """`url` with the parameters in its query."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params, doseq=True)}"


def _body_of(data: Any, json: Any, headers: dict[str, str]) -> Any:
    """What to send. Adds the content type that belongs to it to `headers`."""
    if json is not None:
        headers.setdefault("Content-Type", "application/json")
        return json_module.dumps(json)
    if isinstance(data, Mapping):
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return urlencode(data, doseq=True)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return _core.to_js(data, 1)
    return data


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
    data: Any = None,
    json: Any = None,
    auth: tuple[str, str] | None = None,
) -> XHRResponse:
    """Sends a request and waits for the response (HT-pyxhr). Raises XHRError, XHRNetworkError."""
    url = with_params(url, params)
    all_headers = dict(headers or {})
    body = _body_of(data, json, all_headers)
    if auth is not None:
        token = base64.b64encode(":".join(auth).encode()).decode()
        all_headers["Authorization"] = f"Basic {token}"
    xhr = _new_request()
    xhr.open(method, url, False)
    xhr.overrideMimeType("text/plain; charset=x-user-defined")
    for name, value in all_headers.items():
        xhr.setRequestHeader(name, value)
    _send(xhr, body)
    if xhr.status == 0:
        raise XHRNetworkError(f"no response from {url}")
    return XHRResponse(xhr, url)


class Methods:
    """`pyxhr`: one function a method of HTTP, with the arguments of `request` behind the method."""

    def get(self, url: str, **options: Any) -> XHRResponse:
        """Sends GET."""
        return request("GET", url, **options)

    def post(self, url: str, **options: Any) -> XHRResponse:
        """Sends POST."""
        return request("POST", url, **options)

    def put(self, url: str, **options: Any) -> XHRResponse:
        """Sends PUT."""
        return request("PUT", url, **options)

    def delete(self, url: str, **options: Any) -> XHRResponse:
        """Sends DELETE."""
        return request("DELETE", url, **options)

    def head(self, url: str, **options: Any) -> XHRResponse:
        """Sends HEAD."""
        return request("HEAD", url, **options)

    def patch(self, url: str, **options: Any) -> XHRResponse:
        """Sends PATCH."""
        return request("PATCH", url, **options)

    def options(self, url: str, **options: Any) -> XHRResponse:
        """Sends OPTIONS."""
        return request("OPTIONS", url, **options)
