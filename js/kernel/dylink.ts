/** What a side module's `dylink.0` section says of other libraries; see WebAssembly's tool conventions, "Dynamic Linking". */
export interface Dylink {
  /** File names of the libraries that it needs. */
  readonly needed: readonly string[];
  /** Where to look for them; `$ORIGIN` stands for the module's own folder. */
  readonly runtimePaths: readonly string[];
}

const HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;
const NEEDED = 2;
const RUNTIME_PATH = 5;
const NAME = "dylink.0";

/**
 * Reads the section, which comes first in a side module.
 * @throws {Error} when the bytes are no side module
 */
export function readDylink(bytes: Uint8Array): Dylink {
  const section = new Cursor(bytes, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES || section.byte() !== CUSTOM_SECTION) throw noSideModule();
  const end = section.length() + section.position;
  if (end > bytes.length || section.text() !== NAME) throw noSideModule();
  const needed: string[] = [];
  const runtimePaths: string[] = [];
  while (section.position < end) {
    const kind = section.byte();
    const next = section.length() + section.position;
    if (kind === NEEDED) needed.push(...section.texts());
    if (kind === RUNTIME_PATH) runtimePaths.push(...section.texts());
    section.position = next;
  }
  return { needed, runtimePaths };
}

function noSideModule(): Error {
  return new Error("it is no shared library for WebAssembly (it has no section dylink.0)");
}

class Cursor {
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
  ) {}

  byte(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw new Error("its section dylink.0 ends too early");
    return byte;
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  length(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error("its section dylink.0 has a number of more than 32 bits");
  }

  text(): string {
    const length = this.length();
    const start = this.position;
    this.position += length;
    if (this.position > this.bytes.length) throw new Error("its section dylink.0 ends too early");
    return new TextDecoder().decode(this.bytes.subarray(start, this.position));
  }

  texts(): string[] {
    return Array.from({ length: Math.min(this.length(), this.bytes.length) }, () => this.text());
  }
}
