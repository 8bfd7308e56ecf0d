/** Frames of some 180 bytes: 160 KB. */
const FRAMES = 900;

/**
 * Throws the engine's RangeError when that much of its stack is not left. WebAssembly that overflows the stack cannot go
 * on, and takes the interpreter with it (BY-fatal); JavaScript that does can.
 */
export function checkStack(): void {
  descend(FRAMES, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** The further arguments make its frames larger, which costs less than more of them. */
function descend(
  frames: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
  j: number,
  k: number,
  l: number,
): number {
  return frames === 0 ? 0 : descend(frames - 1, a, b, c, d, e, f, g, h, i, j, k, l) + 1;
}
