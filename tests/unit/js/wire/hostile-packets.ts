/** A packet of one segment of these words, each two 32-bit halves. */
export function packetOf(...words: readonly (readonly [low: number, high: number])[]): Uint8Array {
  const packet = new Uint32Array(2 + words.length * 2);
  packet[1] = words.length;
  words.flat().forEach((half, i) => {
    packet[2 + i] = half;
  });
  return new Uint8Array(packet.buffer);
}

/** A pointer to a struct `offset` words behind it. */
function struct(offset: number, dataWords: number, pointers: number): [number, number] {
  return [offset << 2, dataWords | (pointers << 16)];
}

/** A pointer to a list `offset` words behind it. */
function list(offset: number, kind: number, count: number): [number, number] {
  return [(offset << 2) | 1, (count << 3) | kind];
}

const ROOT = struct(0, 2, 2);
const NOTHING: [number, number] = [0, 0];

/** What no peer of good will sends, what it is, and the error that it must end in. */
export function hostilePackets(): [what: string, packet: Uint8Array, error: string][] {
  const frame = (messages: [number, number], ...rest: [number, number][]): Uint8Array =>
    packetOf(ROOT, NOTHING, NOTHING, messages, NOTHING, ...rest);
  const failures = (depth: number): [number, number][] => {
    // A Return whose failure has causes down to that depth: Failure has two words and four pointers, `cause` the last.
    const words: [number, number][] = [];
    for (let i = 0; i < depth; i++) {
      const isLast = i === depth - 1;
      words.push([0, 0], [0, 0], NOTHING, NOTHING, NOTHING, isLast ? NOTHING : struct(0, 2, 4));
    }
    return words;
  };
  return [
    ["nothing", new Uint8Array(0), "ProtocolError"],
    ["half a table", new Uint8Array(7), "ProtocolError"],
    ["a table alone", packetOf(), "ProtocolError"],
    [
      "two segments",
      new Uint8Array(new Uint32Array([1, 1, 1, 0, 0, 0, 0, 0]).buffer),
      "ProtocolError",
    ],
    ["a segment longer than the packet", packetOf(ROOT).subarray(0, 12), "ProtocolError"],
    [
      "a segment longer than the limit",
      new Uint8Array(new Uint32Array([0, 1 << 20, 0, 0]).buffer),
      "LimitPassed",
    ],
    ["an absent root", packetOf(NOTHING), "ProtocolError"],
    ["a root that is a list", packetOf(list(0, 2, 1), NOTHING), "ProtocolError"],
    ["a root outside", packetOf(struct(5, 2, 2)), "ProtocolError"],
    ["a root before the message", packetOf(struct(-3, 2, 2), NOTHING, NOTHING), "ProtocolError"],
    ["a far pointer", packetOf([2, 0], NOTHING), "ProtocolError"],
    ["a capability", packetOf([3, 0], NOTHING), "ProtocolError"],
    ["a list of half a billion messages", frame(list(1, 7, 0x1fffffff)), "ProtocolError"],
    [
      "a tag of a billion messages",
      frame(list(1, 7, 1), [0x3fffffff << 2, 1 | (1 << 16)], NOTHING),
      "ProtocolError",
    ],
    ["a billion messages without content", frame(list(1, 7, 0), [0x3ffffffc, 0]), "ProtocolError"],
    ["messages as a list of bytes", frame(list(1, 2, 8), NOTHING), "ProtocolError"],
    [
      // Message 2 is a call whose arguments are the list of messages that holds it.
      "a list inside itself",
      frame(list(1, 7, 2), [1 << 2, 1 | (1 << 16)], [2, 0], struct(-2, 4, 2)),
      "ProtocolError",
    ],
    [
      "failures that cause each other without end",
      frame(
        list(1, 7, 2),
        [1 << 2, 1 | (1 << 16)],
        [3, 0],
        struct(0, 1, 1),
        [0, 1],
        struct(0, 2, 4),
        [0, 0],
        [0, 0],
        NOTHING,
        NOTHING,
        NOTHING,
        struct(-6, 2, 4),
      ),
      "LimitPassed",
    ],
    [
      "failures nested forty deep",
      frame(
        list(1, 7, 2),
        [1 << 2, 1 | (1 << 16)],
        [3, 0],
        struct(0, 1, 1),
        [0, 1],
        struct(0, 2, 4),
        ...failures(40),
      ),
      "LimitPassed",
    ],
  ];
}
