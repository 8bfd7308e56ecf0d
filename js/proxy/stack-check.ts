/** Frames of some 80 bytes: 160 KB. */
const FRAMES = 2000;

/**
 * Throws the engine's RangeError when that much of its stack is not left. WebAssembly that overflows the stack cannot go
 * on, and takes the interpreter with it (BY-fatal); JavaScript that does can.
 */
export function checkStack(): void {
  descend(FRAMES);
}

function descend(frames: number): number {
  return frames === 0 ? 0 : descend(frames - 1) + 1;
}
