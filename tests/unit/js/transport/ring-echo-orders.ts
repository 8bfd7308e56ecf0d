/** Frames of one byte that are orders to the echo thread. */
export const CLOSE = 1;
export const EXIT = 2;
