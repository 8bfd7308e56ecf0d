import assert from "node:assert/strict";
import { test } from "node:test";
import { packagesIn } from "../support/packages.ts";

const { answer, py } = await packagesIn("matplotlib");

test("matplotlib: figures are drawn and saved, as pixels and as vectors", () => {
  const result = answer(`
    import io
    import matplotlib.pyplot as plt
    import numpy as np
    figure, (left, right) = plt.subplots(1, 2, figsize=(4, 2), dpi=50)
    x = np.linspace(0, 6, 50)
    left.plot(x, np.sin(x), label=r"$\\sin x^2_i$ ü")
    left.legend()
    right.contourf(np.outer(np.sin(x), np.cos(x)))
    right.tripcolor([0, 10, 20, 10], [0, 20, 0, 40], [1, 2, 3, 4])
    result = {}
    for kind in ("png", "jpg", "svg", "pdf"):
        output = io.BytesIO()
        figure.savefig(output, format=kind)
        result[kind] = output.getvalue()[:4].hex()
    plt.close(figure)
  `);

  assert.deepEqual(result, { png: "89504e47", jpg: "ffd8ffe0", svg: "3c3f786d", pdf: "25504446" });
});

test("matplotlib: what is drawn is what was asked for", () => {
  const [size, red, blue] = answer(`
    import matplotlib.pyplot as plt
    import numpy as np
    figure = plt.figure(figsize=(1, 1), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.imshow([[0, 1]], cmap=plt.matplotlib.colors.ListedColormap(["red", "blue"]), aspect="auto")
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())
    result = [list(pixels.shape), pixels[50, 10].tolist(), pixels[50, 90].tolist()]
    plt.close(figure)
  `);

  assert.deepEqual(size, [100, 100, 4]);
  assert.deepEqual(red, [255, 0, 0, 255]);
  assert.deepEqual(blue, [0, 0, 255, 255]);
});

test("matplotlib: show gives each figure once, as PNG, and says so where nobody takes it", () => {
  const result = answer(`
    import warnings
    import krait_canvas
    import matplotlib.pyplot as plt
    taken = []
    krait_canvas.show_picture = taken.append
    plt.plot([1, 2])
    plt.figure()
    plt.show()
    plt.show()
    krait_canvas.show_picture = None
    plt.plot([1, 2])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plt.show()
    result = [plt.matplotlib.get_backend(), [png[:4].hex() for png in taken], [str(each.message)[:40] for each in caught]]
  `);

  assert.deepEqual(result, [
    "module://krait_canvas",
    ["89504e47", "89504e47"],
    ["there is no page to show figures on: use"],
  ]);
});

test("matplotlib: in a page show appends the figure to the element that the page names", () => {
  const appended: { tagName: string; src: string; alt: string }[] = [];
  const target = { appendChild: (child: (typeof appended)[number]) => appended.push(child) };
  const document = {
    pyodideMplTarget: target,
    createElement: (tagName: string) => ({ tagName, src: "", alt: "" }),
  };
  Object.assign(globalThis, { document });
  try {
    py.runPython("import matplotlib.pyplot as plt; plt.plot([3, 1]); plt.show()");
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }

  assert.deepEqual(
    appended.map(({ tagName, src, alt }) => [tagName, src.split(":")[0], alt]),
    [["img", "blob", "a figure of matplotlib"]],
  );
});
