"""What cannot work says so with a clear error: processes, threads, TLS (NB-platform, PY-stdlib).

Runs inside the wasm interpreter: tests/cpython/run.py tests/cpython/check_refusals.py
"""

import errno
import multiprocessing
import os
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable


def error_of(action: Callable[[], object]) -> BaseException:
    try:
        action()
    except Exception as error:
        return error
    sys.exit(f"{action} did not fail")


def check_processes_raise_enotsup() -> None:
    attempts = (
        lambda: subprocess.run(["true"]),
        lambda: multiprocessing.Process(target=print).start(),
        lambda: os.fork(),
        lambda: os.system("true"),
        lambda: os.popen("true"),
    )
    for attempt in attempts:
        error = error_of(attempt)
        assert isinstance(error, OSError) and error.errno == errno.ENOTSUP, repr(error)


def check_pools_raise() -> None:
    assert isinstance(error_of(multiprocessing.Pool), (ImportError, OSError))


def check_threads_raise() -> None:
    error = error_of(threading.Thread(target=print).start)
    assert isinstance(error, RuntimeError) and str(error) == "can't start new thread", repr(error)


def check_tls_contexts_can_be_made_but_not_used() -> None:
    context = ssl.create_default_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_TICKET
    assert ssl.OP_NO_TICKET in context.options
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))

    error = error_of(lambda: context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()))

    assert isinstance(error, ssl.SSLError) and "not available" in str(error), repr(error)


if __name__ == "__main__":
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print(name)
