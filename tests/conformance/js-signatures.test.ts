import { claim, claimLater } from "../support/claims.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

const IMPORTS = `
    from asyncio import Future
    from collections.abc import Awaitable
    from typing import Annotated, Any, Optional
    from _pyodide.jsbind import BindClass, Deep, Default, Js2PyConverter, Json, Py2JsConverter
`;
const show = (...args: unknown[]) => JSON.stringify(args);

test("JP-bind_sig: a copy, whose arguments are completed and checked by the template", async () => {
  await claim(
    py,
    { show },
    `${IMPORTS}
    def template(a: int, b: int = 3, /, *, k: str, m: int = 5) -> str: ...
    f = show.bind_sig(template)
    assert isinstance(f, JsProxy) and f == show and callable(f)
    assert f(1, k="x") == '[1,3,{"k":"x","m":5}]' and f(1, 2, k="x", m=6) == '[1,2,{"k":"x","m":6}]'
    raises(TypeError, "f(k='x')", r"^template\\(\\) missing 1 required positional argument: 'a'$")
    raises(TypeError, "f(1)", r"^template\\(\\) missing 1 required keyword-only argument: 'k'$")
    raises(TypeError, "f(1, 2, 3, k='x')", r"^template\\(\\) takes from 1 to 2 positional arguments but 3")
    raises(TypeError, "f(1, k='x', q=1)", r"^template\\(\\) got an unexpected keyword argument 'q'$")
    def rest(*args: Annotated[Any, Deep], **options: Annotated[Any, Deep]): ...
    assert show.bind_sig(rest)([1], [2], q=[3]) == '[[1],[2],{"q":[3]}]'
    assert show(1) == "[1]"
    `,
  );
});

test("JP-bind_sig: a positional-or-keyword parameter is a RuntimeError", async () => {
  await claim(
    py,
    { show, object: { m: show } },
    `${IMPORTS}
    def template(a: int): ...
    raises(RuntimeError, "show.bind_sig(template)(1)")
    class Described:
        def m(self, a: int): ...
    raises(RuntimeError, "object.bind_sig(Described).m(1)")
    raises(TypeError, "show.bind_sig(5)")
    `,
  );
});

testOfValues("JP-bind_sig: Deep and Json, of arguments and results", async () => {
  const echo = (value: unknown) => value;
  const describe = (value: Any) => `${JSON.stringify(value)} ${Array.isArray(value)}`;
  await claim(
    py,
    { describe, echo, give: () => ({ a: [1, { b: 2 }] }) },
    `${IMPORTS}
    def deep(value: Annotated[Any, Deep], /) -> str: ...
    assert describe.bind_sig(deep)([1, {"a": 2}]) == '[1,{"a":2}] true'
    def json(value: Annotated[Any, Json], /) -> str: ...
    assert describe.bind_sig(json)({"a": [1, {"get": 2}], "keys": 3}) == '{"a":[1,{"get":2}],"keys":3} false'
    assert describe.bind_sig(json)([1, [2]]) == "[1,[2]] true" and describe.bind_sig(json)("s") == '"s" false'
    def deep_result() -> Annotated[Any, Deep]: ...
    assert give.bind_sig(deep_result)() == {"a": [1, {"b": 2}]}
    def json_result() -> Annotated[Any, Json]: ...
    assert give.bind_sig(json_result)()["a"][1]["b"] == 2
    def default_result() -> Annotated[Any, Default]: ...
    assert give.bind_sig(default_result)().a[0] == 1
    def both(value: Annotated[Any, Deep], /) -> Annotated[Any, Deep]: ...
    data = [1, [2]]
    assert echo.bind_sig(both)(data) == data and echo.bind_sig(both)(data) is not data
    def optional(value: Annotated[list, Deep] | None = None, /) -> Optional[Annotated[Any, Deep]]: ...
    assert echo.bind_sig(optional)() is None and echo.bind_sig(optional)(data) == data
    `,
  );
});

test("JP-bind_sig: converters of one's own", async () => {
  await claim(
    py,
    { show, increase: (x: number) => x + 1 },
    `${IMPORTS}
    class Tenfold:
        @staticmethod
        def py2js(value): return value * 10
        @staticmethod
        def js2py(value): return value + 0.5
    def template(x: Annotated[int, "text", Tenfold], /) -> Annotated[float, Tenfold]: ...
    assert increase.bind_sig(template)(1) == 11.5
    up, down = Py2JsConverter(str.upper), Js2PyConverter(str.lower)
    def text(x: Annotated[str, up], /, *, y: Annotated[str, up] = "d") -> Annotated[str, down]: ...
    assert show.bind_sig(text)("a") == '["a",{"y":"d"}]'
    def result(x: Annotated[str, up], /) -> str: ...
    assert show.bind_sig(result)("a") == '["A"]'
    import typing
    for clear in typing._cleanups: clear()  # what Annotated remembers holds the class, and so these globals
    `,
  );
});

test("JP-bind_sig: results of promises are converted when they come", async () => {
  const later = async () => ({ a: [1] });
  await claimLater(
    py,
    { later, fail: () => Promise.reject(new RangeError("later")) },
    `${IMPORTS}
    async def coroutine() -> Annotated[Any, Deep]: ...
    def future() -> Future[Annotated[Any, Deep]]: ...
    def awaitable() -> Awaitable[Annotated[Any, Deep]]: ...
    for template in (coroutine, future, awaitable):
        assert await later.bind_sig(template)() == {"a": [1]}
        await raises_later(JsException, fail.bind_sig(template)(), "later")
    `,
  );
});

test("JP-bind_sig: a class describes attributes and methods", async () => {
  const object = {
    x: { a: [1] },
    plain: { a: 2 },
    inner: { x: [3] },
    m(this: unknown, value: unknown) {
      return [this === object, value];
    },
    make: () => ({ x: [4] }),
  };
  await claim(
    py,
    { object },
    `${IMPORTS}
    class Inner(BindClass):
        x: Annotated[list, Deep]
    class Described:
        x: Annotated[dict, Deep]
        inner: Inner
        def m(self, value: Annotated[Any, Deep], /) -> Annotated[Any, Deep]: ...
        def make(self) -> Inner: ...
        @property
        def plain(self) -> Annotated[dict, Json]: ...
    o = object.bind_sig(Described)
    assert o == object and o.x == {"a": [1]} and o.plain["a"] == 2
    assert o.m([5]) == [True, [5]] and o.inner.x == [3] and o.make().x == [4]
    raises(TypeError, "o.m()", "missing 1 required positional argument: 'value'")
    o.x = {"b": 6}
    assert o.x == {"b": 6} and js.JSON.stringify(object.x) == '{"b":6}'
    assert not hasattr(o, "missing")
    `,
  );
});

test("JP-bind_sig: classes construct", async () => {
  class Box {
    constructor(
      readonly items: unknown,
      readonly options?: unknown,
    ) {}
    get() {
      return this.items;
    }
  }
  await claim(
    py,
    { Box, holder: { Box, make: (items: unknown) => new Box(items) } },
    `${IMPORTS}
    class Described(BindClass):
        items: Annotated[list, Deep]
        options: Annotated[dict, Deep]
        def __init__(self, items: Annotated[list, Deep], /, *, q: int = 1): ...
        def get(self) -> Annotated[list, Deep]: ...
    for C in (Box.bind_class(Described), Box.bind_sig(type[Described])):
        assert isinstance(C, JsProxy) and C == Box
        for box in (C([1, [2]]), C.new([1, [2]])):
            assert box.items == box.get() == [1, [2]] and box.options == {"q": 1} and box.constructor == Box
        raises(TypeError, "C()", "missing 1 required positional argument: 'items'")
    class Holder:
        Box: type[Described]
        def make(self, items: Annotated[list, Deep], /) -> Described: ...
    holder = holder.bind_sig(Holder)
    assert holder.Box([3]).items == [3] == holder.make([3]).get()
    `,
  );
});
