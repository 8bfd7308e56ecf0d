import { Op } from "#vocabulary";
import { parseFormat, type TypedArray, type TypedArrayClass } from "./buffer-format.ts";
import { Unsupported } from "./errors.ts";
import type { Link } from "./link.ts";
import type { PyTarget } from "./py-state.ts";

/** The types that a program can ask for (PX-getBuffer). */
const TYPES: ReadonlyMap<string, TypedArrayClass | DataViewConstructor> = new Map(
  Object.entries({
    i8: Int8Array,
    u8: Uint8Array,
    u8clamped: Uint8ClampedArray,
    i16: Int16Array,
    u16: Uint16Array,
    i32: Int32Array,
    u32: Uint32Array,
    i64: BigInt64Array,
    u64: BigUint64Array,
    f32: Float32Array,
    f64: Float64Array,
    dataview: DataView,
  }),
);

/** What the kernel tells of a buffer: the graph of `getBuffer`, laid out in kernel/README.md. */
type Description = [
  view: number,
  address: number,
  spanBytes: number,
  offsetBytes: number,
  format: string,
  itemBytes: number,
  shape: number[],
  stridesBytes: number[],
  isReadonly: boolean,
  isCContiguous: boolean,
  isFContiguous: boolean,
];

/** Lets only this module construct views. */
const TOKEN = Symbol("PyBufferView");
const DISPOSE: typeof Symbol.dispose | undefined = Symbol.dispose;

/** How a view is released, once. */
interface Held {
  release: (() => void) | undefined;
}

/** Releases the buffers of views that nobody released. An ended view stays registered: see py-state.ts. */
const finalizers = new FinalizationRegistry<Held>(({ release }) => release?.());

/**
 * A view of a Python buffer's memory, made by `getBuffer` (spec: js-api.md section 5). While it is open Python keeps the
 * object locked, as any buffer export does (PX-getBuffer.4).
 */
export class PyBufferView {
  /** The memory that spans the buffer, lowest to highest address. Not to be used after `release`. */
  readonly data: TypedArray | DataView;
  /** Index in `data` of the first element, in units of its elements. */
  readonly offset: number;
  readonly ndim: number;
  readonly shape: number[];
  /** In units of `data`'s elements. */
  readonly strides: number[];
  /** In bytes, as Python reports it. */
  readonly itemsize: number;
  /** Byte length of `data`. */
  readonly nbytes: number;
  readonly format: string;
  readonly readonly: boolean;
  readonly c_contiguous: boolean;
  readonly f_contiguous: boolean;
  /** Whether `data` is Python's memory itself; else it is a copy, and changes are written back by `release`. */
  readonly live: boolean;
  readonly #held: Held;

  constructor(
    token: typeof TOKEN,
    data: TypedArray | DataView,
    description: Description,
    release: () => void,
    isLive: boolean,
  ) {
    if (token !== TOKEN) throw new TypeError("PyBufferView is not a constructor");
    const [, , spanBytes, offsetBytes, format, itemBytes, shape, stridesBytes, ...is] = description;
    const [isReadonly, isCContiguous, isFContiguous] = is;
    const elementBytes = data instanceof DataView ? 1 : data.BYTES_PER_ELEMENT;
    this.data = data;
    this.offset = offsetBytes / elementBytes;
    this.ndim = shape.length;
    this.shape = shape;
    this.strides = stridesBytes.map((bytes) => bytes / elementBytes);
    this.itemsize = itemBytes;
    this.nbytes = spanBytes;
    this.format = format;
    this.readonly = isReadonly;
    this.c_contiguous = isCContiguous;
    this.f_contiguous = isFContiguous;
    this.live = isLive;
    this.#held = { release };
    finalizers.register(this, this.#held);
  }

  /** Never throws, whatever it is asked of. */
  static [Symbol.hasInstance](value: unknown): value is PyBufferView {
    return Object(value) === value && #held in (value as object);
  }

  /** Ends the view and unlocks the Python object. Safe to repeat (PB-release). */
  release(): void {
    const { release } = this.#held;
    if (release === undefined) return;
    this.#held.release = undefined;
    const empty = this.data.constructor as new (buffer: ArrayBuffer) => TypedArray | DataView;
    (this as { data: TypedArray | DataView }).data = new empty(new ArrayBuffer(0));
    release();
  }
}

if (DISPOSE !== undefined) {
  Object.defineProperty(PyBufferView.prototype, DISPOSE, {
    value(this: PyBufferView): void {
      this.release();
    },
    writable: true,
    configurable: true,
  });
}

/**
 * Opens a view of a Python object's buffer.
 * @param type one of the keys of `TYPES`; undefined: chosen from the format (PB-format.map)
 * @throws {Error} for an unknown type, a format or alignment that the type does not fit (PX-getBuffer.2, .3)
 */
export function openBuffer(target: PyTarget, type: string | undefined): PyBufferView {
  const asked = askedClass(type);
  const { link } = target;
  const description = link.ask(Op.getBuffer, target, []) as Description;
  // The view keeps the object alive: its number is released through the object's handle.
  target.copies++;
  const release = () => {
    if (link.isDead) return;
    link.ask(Op.releaseBuffer, target, [description[0]]);
    target.drop();
  };
  return opened(target, release, () => {
    const viewClass = classFor(asked, description, type);
    const { copies } = link;
    if (copies === undefined) return liveView(link, viewClass, description, release);
    const [, address, spanBytes] = description;
    const bytes = spanBytes === 0 ? new Uint8Array() : copies.read(address, spanBytes);
    const write = (bytes: Uint8Array) => copies.write(address, bytes);
    return copiedView(bytes, viewClass, description, write, release);
  });
}

/** As `openBuffer`, where the thread does not wait for the kernel. What the view's release asks of it goes by itself. */
export async function openBufferLater(
  target: PyTarget,
  type: string | undefined,
): Promise<PyBufferView> {
  const asked = askedClass(type);
  const { link } = target;
  const { calls } = link.async;
  target.copies++;
  const description = (await link.async.callOf(target, Op.getBuffer, []).catch((error) => {
    target.drop();
    throw error;
  })) as Description;
  const [number, address, spanBytes] = description;
  const release = () => {
    if (link.isDead) return;
    calls.call({ op: Op.releaseBuffer, target, args: [number] });
    target.drop();
  };
  const { copies } = link;
  const bytes =
    copies === undefined || spanBytes === 0
      ? new Uint8Array()
      : await copies.readLater(address, spanBytes);
  return opened(target, release, () => {
    const viewClass = classFor(asked, description, type);
    if (copies === undefined) return liveView(link, viewClass, description, release);
    const write = (bytes: Uint8Array) => copies.writeLater(address, bytes);
    return copiedView(bytes, viewClass, description, write, release);
  });
}

/** Makes the view of a buffer that is open; when it cannot be made, the buffer is released. */
function opened({ link }: PyTarget, release: () => void, make: () => PyBufferView): PyBufferView {
  try {
    const view = make();
    link.proxies.scopes.current?.add(view);
    return view;
  } catch (error) {
    release();
    throw error;
  }
}

type ViewClass = TypedArrayClass | DataViewConstructor;

function askedClass(type: string | undefined): ViewClass | undefined {
  const asked = type === undefined ? undefined : TYPES.get(type);
  if (type !== undefined && asked === undefined) throw new Error(`Unknown type ${type}`);
  return asked;
}

/** @throws {Error} when the buffer has no such view */
function classFor(
  asked: ViewClass | undefined,
  description: Description,
  type: string | undefined,
): ViewClass {
  const viewClass = asked ?? classOfFormat(description[4], description[5]);
  checkAlignment(viewClass, description, type);
  return viewClass;
}

/** A view of the memory itself. */
function liveView(
  { memory }: Link,
  viewClass: ViewClass,
  description: Description,
  release: () => void,
): PyBufferView {
  if (memory === undefined) {
    throw new Unsupported("getBuffer needs a kernel whose memory can be read from here");
  }
  const data = viewOf(viewClass, memory.buffer, description[1], description[2]);
  return new PyBufferView(TOKEN, data, description, release, true);
}

/** A view of a copy. What the program changes in it is written back when the view is released. */
function copiedView(
  bytes: Uint8Array<ArrayBuffer>,
  viewClass: ViewClass,
  description: Description,
  write: (bytes: Uint8Array) => void,
  release: () => void,
): PyBufferView {
  const isReadonly = description[8];
  const original = isReadonly ? undefined : bytes.slice();
  const writeBack = () => {
    if (original !== undefined && !isSame(bytes, original)) write(bytes);
    release();
  };
  const data = viewOf(viewClass, bytes.buffer, 0, description[2]);
  return new PyBufferView(TOKEN, data, description, writeBack, false);
}

function isSame(bytes: Uint8Array, original: Uint8Array): boolean {
  return bytes.every((byte, i) => byte === original[i]);
}

/** @throws {Error} when Python's memory is misaligned for the type (PX-getBuffer.3) */
function checkAlignment(
  viewClass: ViewClass,
  [, address, spanBytes]: Description,
  type: string | undefined,
): void {
  const elementBytes = bytesOfElement(viewClass);
  if (spanBytes > 0 && (address % elementBytes !== 0 || spanBytes % elementBytes !== 0)) {
    throw new Error(`The buffer does not have the alignment of type ${type ?? viewClass.name}`);
  }
}

function viewOf(
  viewClass: ViewClass,
  buffer: ArrayBufferLike,
  address: number,
  spanBytes: number,
): TypedArray | DataView {
  if (spanBytes === 0) return new viewClass(new ArrayBuffer(0));
  return new viewClass(buffer as ArrayBuffer, address, spanBytes / bytesOfElement(viewClass));
}

function bytesOfElement(viewClass: ViewClass): number {
  return "BYTES_PER_ELEMENT" in viewClass ? viewClass.BYTES_PER_ELEMENT : 1;
}

function classOfFormat(format: string, itemBytes: number): TypedArrayClass {
  const parsed = parseFormat(format, itemBytes);
  if (parsed === undefined) {
    throw new Error(`Cannot choose a typed array for the format '${format}': give a type`);
  }
  if (parsed.isBigEndian) {
    throw new Error(
      "Javascript has no native support for big endian buffers. Use the type 'dataview', or toJs for a copy",
    );
  }
  return parsed.arrayClass;
}
