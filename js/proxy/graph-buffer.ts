import { parseFormat } from "./buffer-format.ts";
import type { GraphCursor } from "./graph-bytes.ts";
import { makePythonError } from "./python-error.ts";

/** A copied buffer of one dimension: a typed array by its format, text for `s`, booleans for `?` (TC-toJs.buffer). */
export function readBuffer(cursor: GraphCursor): unknown {
  const format = String.fromCharCode(cursor.word() & 0x7f);
  const itemBytes = cursor.word();
  const bytes = cursor.blob();
  const parsed = parseFormat(format, itemBytes);
  if (parsed === undefined) {
    throw makePythonError(
      "ConversionError",
      `No typed array for a buffer of format '${format}' with items of ${itemBytes} bytes`,
    );
  }
  if (parsed.letter === "s") return new TextDecoder().decode(bytes.slice());
  if (parsed.letter === "?") return Array.from(bytes, (byte) => byte !== 0);
  const { arrayClass } = parsed;
  const whole = bytes.length - (bytes.length % arrayClass.BYTES_PER_ELEMENT);
  return new arrayClass(bytes.slice(0, whole).buffer);
}
