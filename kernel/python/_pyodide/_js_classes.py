"""The abstract `Js…` classes of `pyodide.ffi` without the containers: what Python code may expect
of JavaScript objects, for `isinstance`, annotations and `help`.

The methods are declarations. The real ones belong to the classes of `_krait`; no object is ever
made of these (PY-ffi.instantiate).
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import IO, Any

from . import _type_flags as flag
from ._js_meta import JsMeta


class JsProxy(metaclass=JsMeta):
    """A Python view of a JavaScript object (JP-*). Attributes are the object's, converted."""

    __module__ = "pyodide.ffi"

    @property
    def js_id(self) -> int:
        """A number that is equal for two live proxies of one object, usable as a key (JP-hash)."""

    @property
    def typeof(self) -> str:
        """What JavaScript's `typeof` says (JP-typeof)."""

    def object_keys(self) -> "JsProxy":
        """The result of `Object.keys(x)` as a JsProxy of an array (JP-object_keys)."""

    def object_values(self) -> "JsProxy":
        """The result of `Object.values(x)` as a JsProxy of an array (JP-object_keys)."""

    def object_entries(self) -> "JsProxy":
        """The result of `Object.entries(x)` as a JsProxy of an array of pairs (JP-object_keys)."""

    def to_py(
        self,
        *,
        depth: int = -1,
        default_converter: (
            Callable[["JsProxy", Callable[["JsProxy"], Any], Callable[["JsProxy", Any], None]], Any]
            | None
        ) = None,
    ) -> Any:
        """A deep copy of the object as Python containers (TC-toPy).

        `depth` limits the container levels that are converted, negative for no limit.
        `default_converter(value, convert, cache)` is asked for objects that have no conversion.
        """

    def to_weakref(self) -> "JsWeakRef":
        """A `WeakRef` to the object (JP-to_weakref)."""

    def bind_sig(self, signature: Any, /) -> "JsProxy":
        """A copy whose calls and attributes are converted as the annotations say (JP-bind_sig)."""

    def bind_class(self, signature: Any, /) -> "JsProxy":
        """As `bind_sig`, for an object that is a class (JP-bind_sig)."""

    def as_object_map(self, *, hereditary: bool = False) -> Any:
        """A mutable mapping over the object's own enumerable string keys (JP-as_object_map)."""

    def as_py_json(self) -> Any:
        """The object as if it came from `json.loads`: objects are mappings, arrays sequences
        (JP-as_py_json)."""


class JsDoubleProxy(JsProxy):
    """A Python view of a JavaScript proxy of a Python object, as `create_proxy` makes it
    (JP-double)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.JS_PROXY_OF_PYTHON,)

    def destroy(self) -> None:
        """Ends the JavaScript proxy; the Python object is released."""

    def unwrap(self) -> Any:
        """The Python object inside."""


class JsCallable(JsProxy):
    """A JavaScript function (JP-callable)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.CALLABLE,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function. Keyword arguments become one plain object, the last argument
        (CL-kwargs)."""

    def new(self, *args: Any, **kwargs: Any) -> Any:
        """Constructs an object, as JavaScript's `new` (CL-new)."""


class JsCallableDoubleProxy(JsCallable, JsDoubleProxy):
    """A JsDoubleProxy of a callable."""

    __module__ = "pyodide.ffi"
    _needs = (flag.CALLABLE, flag.JS_PROXY_OF_PYTHON)


class JsOnceCallable(JsCallable):
    """A JavaScript function for one call, as `create_once_callable` makes it
    (CL-create_once_callable)."""

    __module__ = "pyodide.ffi"

    def destroy(self) -> None:
        """Releases the Python callable without a call."""


class JsPromise(JsProxy):
    """A JavaScript promise, or any object with a `then` (JP-await)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.AWAITABLE,)

    def __await__(self) -> Iterator[Any]:
        """Waits for the promise. A rejection raises."""

    def then(
        self,
        onfulfilled: Callable[[Any], Any] | None = None,
        onrejected: Callable[[Any], Any] | None = None,
        /,
    ) -> "JsPromise":
        """The promise for what the handler that fits gives. Handlers live until the promise
        settles."""

    def catch(self, onrejected: Callable[[Any], Any], /) -> "JsPromise":
        """As `then(None, onrejected)`."""

    def finally_(self, onfinally: Callable[[], Any], /) -> "JsPromise":
        """The promise with the same outcome, after `onfinally` was called."""


class JsBuffer(JsProxy):
    """An ArrayBuffer or a view of one (JP-buffer). Sizes and positions count bytes."""

    __module__ = "pyodide.ffi"
    _needs = (flag.BUFFER,)

    def assign(self, rhs: Any, /) -> None:
        """Copies a contiguous buffer of equal byte length into this one (JP-buffer.assign)."""

    def assign_to(self, to: Any, /) -> None:
        """Copies this buffer into a writable contiguous Python buffer of equal byte length."""

    def to_memoryview(self) -> memoryview:
        """A copy as a memoryview of the matching format, one dimension."""

    def to_bytes(self) -> bytes:
        """A copy as bytes."""

    def to_string(self, encoding: str | None = None) -> str:
        """The text, decoded by JavaScript's TextDecoder. ValueError if it cannot be decoded."""

    def to_file(self, file: IO[bytes] | IO[str], /) -> None:
        """Writes the whole buffer at the current position of a file that has a `fileno`."""

    def from_file(self, file: IO[bytes] | IO[str], /) -> None:
        """Fills the whole buffer from the current position of a file that has a `fileno`."""


class JsWeakRef(JsProxy):
    """A JavaScript WeakRef. For annotations: `isinstance` is true for every JsProxy."""

    __module__ = "pyodide.ffi"

    def deref(self) -> Any:
        """The object, or None once it is gone."""


class JsFetchResponse(JsProxy):
    """The response of a fetch. For annotations: `isinstance` is true for every JsProxy."""

    __module__ = "pyodide.ffi"

    bodyUsed: bool
    ok: bool
    redirected: bool
    status: int
    statusText: str
    type: str
    url: str
    headers: Any

    def clone(self) -> "JsFetchResponse":
        """A second response with the same body."""

    def arrayBuffer(self) -> Awaitable[JsBuffer]:
        """The body as an ArrayBuffer."""

    def text(self) -> Awaitable[str]:
        """The body as text."""


class JsDomElement(JsProxy):
    """An element of a web page. For annotations: `isinstance` is true for every JsProxy."""

    __module__ = "pyodide.ffi"

    tagName: str
    children: Any
    style: Any

    def appendChild(self, child: "JsDomElement", /) -> None:
        """Adds `child` behind the other children."""

    def addEventListener(self, event: str, listener: Callable[[Any], None], /) -> None:
        """Adds a listener. `wrappers.add_event_listener` also looks after its lifetime."""

    def removeEventListener(self, event: str, listener: Callable[[Any], None], /) -> None:
        """Removes a listener."""
