"""HT-*: what `pyodide.http` does on its own side of the border."""

import asyncio
import io
import json
import pickle
import tempfile
import unittest
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from _pyodide import _core, _xhr
from pyodide import http
from support import AttachedCase, JsObject


class Response(JsObject):
    """A JavaScript Response with the body `body`."""

    def __init__(self, body: bytes = b"", **properties: Any) -> None:
        defaults = {"bodyUsed": False, "url": "http://host/folder/data.zip", "status": 200}
        defaults |= {"statusText": "OK", "ok": True, "redirected": False, "type": "basic"}
        super().__init__(**defaults | properties, body=body)
        self.headers = SimpleNamespace(entries=lambda: [("content-type", "text/plain")])

    async def take(self) -> bytes:
        self.bodyUsed = True
        return self.body

    async def text(self) -> str:
        return (await self.take()).decode()

    async def arrayBuffer(self) -> Any:
        body = await self.take()
        return SimpleNamespace(to_bytes=lambda: body, to_memoryview=lambda: memoryview(body))

    def clone(self) -> "Response":
        return Response(self.body)


def read(awaitable: Any) -> Any:
    return asyncio.run(awaitable)


class Bodies(unittest.TestCase):
    def make(self, body: bytes = b"", **properties: Any) -> http.FetchResponse:
        return http.FetchResponse("http://asked/", Response(body, **properties))

    def test_properties_are_those_of_the_response(self) -> None:
        response = self.make()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.status_text, "OK")
        self.assertEqual(response.type, "basic")
        self.assertEqual(response.url, "http://host/folder/data.zip")
        self.assertEqual(response.headers, {"content-type": "text/plain"})
        self.assertTrue(response.ok)
        self.assertFalse(response.redirected)
        self.assertFalse(response.body_used)
        self.assertEqual(self.make(url="").url, "http://asked/")

    def test_a_body_can_be_read_in_every_form(self) -> None:
        body = b'{"a": [1.5]}'
        self.assertEqual(read(self.make(body).text()), body.decode())
        self.assertEqual(read(self.make(body).string()), body.decode())
        self.assertEqual(read(self.make(body).json()), {"a": [1.5]})
        self.assertEqual(read(self.make(body).json(parse_float=str)), {"a": ["1.5"]})
        self.assertEqual(read(self.make(body).bytes()), body)
        self.assertEqual(read(self.make(body).memoryview()), body)

    def test_a_body_can_be_read_once(self) -> None:
        response = self.make(b"text")
        copy = response.clone()
        read(response.text())
        self.assertTrue(response.body_used)
        for method in ("text", "json", "bytes", "memoryview", "buffer", "unpack_archive"):
            with self.assertRaisesRegex(http.BodyUsedError, "^Response body is already used"):
                read(getattr(response, method)())
        with self.assertRaises(http.BodyUsedError):
            response.clone()
        self.assertEqual(read(copy.text()), "text")

    def test_archives_are_unpacked_by_the_name_in_the_url(self) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("inner.txt", "content")
        cases = [
            ("http://host/a.zip?x=1", None),
            ("http://host/a.whl", None),
            ("http://host/", "zip"),
        ]
        for url, format in cases:
            with self.subTest(url), tempfile.TemporaryDirectory() as folder:
                response = self.make(archive.getvalue(), url=url)
                read(response.unpack_archive(extract_dir=folder, format=format))

                self.assertEqual((Path(folder) / "inner.txt").read_text(), "content")

    def test_error_statuses_raise_when_asked(self) -> None:
        self.make(status=399).raise_for_status()
        for status, text in ((404, "404 Client Error: Not"), (503, "503 Server Error: Not")):
            with self.assertRaisesRegex(http.HttpStatusError, f"^{text}"):
                self.make(status=status, statusText="Not").raise_for_status()

    def test_abort_needs_a_controller(self) -> None:
        with self.assertRaises(ValueError):
            self.make().abort()


class Fetching(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.aborted: list[Any] = []
        controller = SimpleNamespace(
            signal=JsObject(), abort=lambda *reason: self.aborted.append(reason)
        )
        self.js.AbortController = SimpleNamespace(new=lambda: controller)
        self.js.Object = SimpleNamespace(fromEntries=lambda pairs: JsObject(**dict(pairs)))

    def test_a_failure_is_an_abort_error(self) -> None:
        async def fetch(request: Any, options: Any) -> Any:
            raise _core.JsException("TypeError", "no such host")

        failures = []
        asyncio.ensure_future(http.pyfetch("http://x/", fetcher=fetch)).catch(failures.append)
        self.host.run()

        (failure,) = failures
        self.assertIsInstance(failure, http.AbortError)
        self.assertEqual(str(failure), "no such host")

    def test_options_and_response_are_passed(self) -> None:
        seen = []

        async def fetch(request: Any, options: Any) -> Any:
            seen.append((request, options.method))
            return Response(b"body")

        self.js.fetch = fetch
        task = asyncio.ensure_future(http.pyfetch("http://x/", method="POST"))
        self.host.run()
        self.assertEqual(task.result().status, 200)
        self.assertEqual(seen, [("http://x/", "POST")])

    def test_canceling_aborts(self) -> None:
        self.js.fetch = lambda request, options: asyncio.get_event_loop().create_future()
        task = asyncio.ensure_future(http.pyfetch("http://x/"))
        self.host.run()
        task.cancel()
        self.host.run()

        self.assertTrue(task.cancelled())
        self.assertEqual(self.aborted, [()])


class Xhr(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.request = FakeRequest()
        self.js.XMLHttpRequest = SimpleNamespace(new=lambda: self.request)

    def test_a_request_is_put_together(self) -> None:
        response = http.pyxhr.post(
            "http://host/path?a=1",
            params={"b": [2, "ü"]},
            json={"x": 1},
            headers={"X-Mine": "yes"},
            auth=("user", "pass"),
        )

        self.assertEqual(self.request.opened, ("POST", "http://host/path?a=1&b=2&b=%C3%BC", False))
        self.assertEqual(json.loads(self.request.sent), {"x": 1})
        self.assertEqual(
            self.request.headers,
            {
                "X-Mine": "yes",
                "Content-Type": "application/json",
                "Authorization": "Basic dXNlcjpwYXNz",
            },
        )
        self.assertEqual(
            response.headers, {"content-type": "text/plain; charset=latin-1", "x-a": "b: c"}
        )
        self.assertEqual(response.content, b"\xe9\x00a")
        self.assertEqual(response.text, "é\x00a")
        self.assertTrue(response.ok)

    def test_every_method_has_a_function(self) -> None:
        for name in ("get", "post", "put", "delete", "head", "patch", "options"):
            getattr(http.pyxhr, name)("http://host/")
            self.assertEqual(self.request.opened[0], name.upper())

    def test_params_start_a_query(self) -> None:
        self.assertEqual(_xhr.with_params("http://host/", {"a": "b c"}), "http://host/?a=b+c")
        self.assertEqual(_xhr.with_params("http://host/", None), "http://host/")

    def test_error_statuses(self) -> None:
        self.request.status = 404
        response = http.pyxhr.get("http://host/")
        self.assertFalse(response.ok)
        with self.assertRaises(http.HttpStatusError):
            response.raise_for_status()
        self.request.status = 0
        with self.assertRaises(http.XHRNetworkError):
            http.pyxhr.get("http://host/")

    def test_open_url_reads_text(self) -> None:
        self.assertEqual(http.open_url("http://host/").read(), "whole text")

    def test_where_there_is_none_it_says_so(self) -> None:
        del self.js.XMLHttpRequest
        with self.assertRaisesRegex(OSError, "XMLHttpRequest does not exist here"):
            http.open_url("http://host/")


class FakeRequest:
    """An XMLHttpRequest that is answered at once."""

    status = 200
    statusText = "OK"
    responseURL = ""
    response = "whole text"
    responseText = "\uf7e9\x00a"

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def open(self, *arguments: Any) -> None:
        self.opened = arguments

    def overrideMimeType(self, kind: str) -> None:
        assert "x-user-defined" in kind

    def setRequestHeader(self, name: str, value: str) -> None:
        self.headers[name] = value

    def send(self, body: Any) -> None:
        self.sent = body

    def getAllResponseHeaders(self) -> str:
        return "Content-Type: text/plain; charset=latin-1\r\nX-A: b: c\r\n"


class Errors(unittest.TestCase):
    def test_all_are_os_errors(self) -> None:
        for kind in (http.AbortError, http.BodyUsedError, http.HttpStatusError, http.XHRError):
            self.assertTrue(issubclass(kind, OSError))
        self.assertTrue(issubclass(http.XHRNetworkError, http.XHRError))

    def test_status_errors_pickle(self) -> None:
        error = http.HttpStatusError(404, "Not Found", "http://host/")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual(
            (copy.status, copy.status_text, copy.url), (404, "Not Found", "http://host/")
        )
        self.assertEqual(str(copy), str(error))


if __name__ == "__main__":
    unittest.main()
