import assert from "node:assert/strict";
import { test } from "node:test";
import { packagesIn } from "../support/packages.ts";

const { answer } = await packagesIn("pillow");

test("Pillow: pictures are written and read again in each format", () => {
  const result = answer(`
    import io
    from PIL import Image, ImageDraw
    picture = Image.new("RGB", (60, 40), "navy")
    ImageDraw.Draw(picture).rectangle((10, 10, 30, 30), fill=(255, 200, 0))
    result = {}
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM"):
        output = io.BytesIO()
        picture.save(output, kind)
        again = Image.open(io.BytesIO(output.getvalue())).convert("RGB")
        near = all(abs(a - b) < 12 for a, b in zip(again.getpixel((20, 20)), (255, 200, 0)))
        result[kind] = [list(again.size), near]
  `);

  const expected = ["PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM"].map((kind) => [
    kind,
    [[60, 40], true],
  ]);
  assert.deepEqual(result, Object.fromEntries(expected));
});

test("Pillow: sizes, angles, filters, bands, text of a font", () => {
  const result = answer(`
    from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps
    picture = Image.linear_gradient("L")
    text = Image.new("L", (120, 30))
    ImageDraw.Draw(text).text((2, 2), "krait ü", font=ImageFont.load_default(20), fill=255)
    result = [
        picture.resize((16, 16), Image.Resampling.LANCZOS).getpixel((8, 0)) < 20,
        list(picture.rotate(90, expand=True).size),
        picture.filter(ImageFilter.GaussianBlur(3)).getpixel((5, 128)),
        ImageOps.invert(picture).getpixel((0, 0)),
        [band.getpixel((0, 0)) for band in Image.new("RGB", (1, 1), (1, 2, 3)).split()],
        text.getbbox() is not None and text.getextrema()[1] > 200,
    ]
  `);

  assert.deepEqual(result, [true, [256, 256], 128, 255, [1, 2, 3], true]);
});

test("Pillow: damaged, truncated and enormous pictures are exceptions", () => {
  const result = answer(`
    import io, struct, zlib
    from PIL import Image
    good = io.BytesIO()
    Image.effect_noise((100, 100), 50).save(good, "PNG")
    huge = io.BytesIO()
    Image.new("1", (30000, 10000)).save(huge, "PNG")
    result = []
    for data in (b"no picture", good.getvalue()[:2000], huge.getvalue()):
        try:
            Image.open(io.BytesIO(data)).load()
        except Exception as error:
            result.append(type(error).__name__)
  `);

  assert.deepEqual(result, ["UnidentifiedImageError", "OSError", "DecompressionBombError"]);
});
