"""The one place where Python code meets the C module `_krait`.

Everything else imports from here, so that the package also loads in a plain CPython: there
`IN_PYODIDE` is False and the names come from `_no_js`, which has the classes but nothing that needs
JavaScript.
"""

import sys

try:
    import _krait
except ModuleNotFoundError:
    from . import _no_js as _krait

    IN_PYODIDE = False
else:
    IN_PYODIDE = True
    # By this name installers tell that they run beside JavaScript (MP-needs).
    sys.modules["_pyodide_core"] = _krait

JsProxy = _krait.JsProxy
JsException = _krait.JsException
JsNull = _krait.JsNull
jsnull = _krait.jsnull
JsBigInt = _krait.JsBigInt

js_flags = _krait.js_flags
js_flags_of_type = _krait.js_flags_of_type
create_proxy = _krait.create_proxy
create_once_callable = _krait.create_once_callable
to_js = _krait.to_js
schedule = _krait.schedule
can_suspend = _krait.can_suspend
suspend = _krait.suspend
limit_handles = _krait.limit_handles
switches_stacks = _krait.switches_stacks
time_sleep = _krait.time_sleep
wake = _krait.wake
view_of = _krait.view_of
get_property = _krait.get_property
set_property = _krait.set_property
delete_property = _krait.delete_property

JS_CLASSES = (JsProxy, JsException)
"""The real classes of every Python view of a JavaScript object. `pyodide.ffi.JsProxy` is an
abstract one."""


def is_js(value: object) -> bool:
    """Whether `value` is a Python view of a JavaScript object."""
    return isinstance(value, JS_CLASSES)
