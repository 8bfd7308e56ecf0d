/** What the clock says while a snapshot is made: 2025-01-01. Every start finds its own time. */
const START_MS = Date.UTC(2025, 0, 1);
/** How far the clock moves at each look, so that nothing waits for it in vain. */
const TICK_MS = 1;

/**
 * Makes everything that Python reads from its surroundings the same in every run, so that one build gives one snapshot:
 * `crypto.getRandomValues`, where `os.urandom` and the hash seed come from, and the clocks.
 * Every start seeds Python's generators afresh.
 */
export function fixInputs(): void {
  define(globalThis.crypto, "getRandomValues", seededBytes(0x9e3779b9));
  let elapsedMs = 0;
  const tick = (): number => {
    elapsedMs += TICK_MS;
    return elapsedMs;
  };
  define(Date, "now", () => START_MS + tick());
  define(performance, "now", tick);
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true });
}

/** Fills views from a xorshift32 generator. */
function seededBytes(seed: number): <T extends ArrayBufferView>(view: T) => T {
  let state = seed;
  return (view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let i = 0; i < bytes.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state & 0xff;
    }
    return view;
  };
}
