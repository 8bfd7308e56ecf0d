import { Conversion } from "../../../../js/proxy/conversion.ts";
import { type FrameMemory, Frames, SLOT_BYTES } from "../../../../js/proxy/frame.ts";
import type { LinkModule } from "../../../../js/proxy/in-page-parts.ts";

const PAGE_BYTES = 65536;
const WORDS = 1024;
const BASE = 4096;

/** WebAssembly memory with a frame stack and an allocator that never reuses: what the kernel offers, without Python. */
export class KernelMemory implements FrameMemory, LinkModule {
  readonly memory = new WebAssembly.Memory({ initial: 2 });
  /** Addresses that were allocated and not freed. */
  readonly allocated = new Set<number>();
  /** What `krait_release` was called with. */
  readonly released: [index: number, generation: number, count: number][] = [];
  #next = PAGE_BYTES;

  constructor(stackBytes = 16384) {
    new Uint32Array(this.memory.buffer).set([BASE, BASE + stackBytes, BASE], WORDS / 4);
  }

  readonly exports = {
    krait_frames: () => WORDS,
    krait_alloc: (bytes: number) => {
      const address = this.#next;
      this.#next = (this.#next + bytes + 15) & -16;
      const missing = this.#next - this.memory.buffer.byteLength;
      if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.allocated.add(address);
      return address;
    },
    krait_free: (address: number) => {
      this.allocated.delete(address);
    },
    krait_open_stack: () => 0,
    krait_run: () => undefined,
    krait_dispatch: noPython,
    krait_dispatch_kept: noPython,
    krait_name: noPython,
    krait_call: noPython,
    krait_get_attr: noPython,
    krait_set_attr: noPython,
    krait_get_item: noPython,
    krait_set_item: noPython,
    krait_release: (index: number, generation: number, count: number) => {
      this.released.push([index, generation, count]);
    },
  };

  get top(): number {
    return new Uint32Array(this.memory.buffer)[WORDS / 4] as number;
  }
}

function noPython(): number {
  throw new Error("there is no Python in this test");
}

/** What one value becomes when it is written to a slot and read from it. */
export function throughSlot(
  memory: KernelMemory,
  conversion: Conversion,
  frames: Frames,
  value: unknown,
) {
  const slot = frames.push(1);
  const allocated: number[] = [];
  conversion.write(slot, value, allocated);
  const read = conversion.read(slot);
  for (const address of allocated) memory.exports.krait_free(address);
  frames.top = slot;
  return read;
}

export { Conversion, Frames, SLOT_BYTES };
