/**
 * Makes `crypto.getRandomValues`, where Python's `os.urandom` and hash seed come from, give the same bytes in every run,
 * so that one build gives one snapshot. Every start seeds Python's generators afresh.
 */
export function seedRandomness(): void {
  let state = 0x9e3779b9;
  const nextByte = (): number => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  Object.defineProperty(globalThis.crypto, "getRandomValues", {
    value: <T extends ArrayBufferView>(view: T): T => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = nextByte();
      return view;
    },
  });
}
