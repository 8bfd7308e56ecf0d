import { openBuffer, type PyBufferView } from "../py-buffer.ts";
import { liveTarget } from "../py-state.ts";

/** PX-present.buffer */
export class BufferTrait {
  /** A view of the object's memory, not a copy, where the kernel shares memory (PX-getBuffer). */
  getBuffer(type?: string): PyBufferView {
    return openBuffer(liveTarget(this), type);
  }
}
