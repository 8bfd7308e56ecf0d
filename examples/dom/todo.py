"""A list of things to do: all of the page's behaviour is here."""

from js import document, localStorage
from pyodide.ffi import create_proxy
from pyodide.ffi.wrappers import add_event_listener

import json

KEY = "krait-example-todo"
things = json.loads(localStorage.getItem(KEY) or "[]")


def show() -> None:
    items = document.getElementById("list")
    items.replaceChildren()
    for number, thing in enumerate(things):
        button = document.createElement("button")
        button.type = "button"
        button.textContent = "Done"
        button.setAttribute("aria-label", f"Done: {thing}")
        add_event_listener(button, "click", lambda event, number=number: done(number))
        item = document.createElement("li")
        item.append(thing, " ", button)
        items.append(item)
    document.getElementById("status").textContent = f"{len(things)} to do"
    localStorage.setItem(KEY, json.dumps(things))


def add(event) -> None:
    event.preventDefault()
    field = document.getElementById("what")
    if field.value.strip():
        things.append(field.value.strip())
        field.value = ""
        show()


def done(number: int) -> None:
    del things[number]
    show()


document.getElementById("form").addEventListener("submit", create_proxy(add))
show()
