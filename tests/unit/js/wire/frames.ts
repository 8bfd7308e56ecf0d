import type { Frame, Message, Value } from "#protocol";

export const LIMITS = { maxBytes: 1 << 24, maxNesting: 32 };

export function frameOf(...messages: Message[]): Frame {
  return { obsolete0: 0, acknowledged: 0, messages, attachments: [] };
}

/** A call of `call` with arguments, all else as it may be in a real one. */
export function callWith(...values: Value[]): Message {
  const head = { id: 7, chain: 1, depth: 2, op: 5, flags: 1, keywordCount: 0, deadlineMs: 250 };
  return {
    which: "call",
    call: {
      ...head,
      path: ["a", "é"],
      arguments: values,
      which: "object",
      index: 3,
      generation: 9,
    },
  } as Message;
}

/** Every kind of value, each in its extremes. */
export const VALUES: readonly Value[] = [
  { which: "none" },
  { which: "jsNull" },
  { which: "undefined" },
  { which: "bool", bool: true },
  { which: "bool", bool: false },
  { which: "int", int: Number.MIN_SAFE_INTEGER },
  { which: "float", float: -0.5 },
  { which: "float", float: Number.POSITIVE_INFINITY },
  { which: "bigInt", bigInt: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 255) },
  { which: "text", text: "" },
  { which: "text", text: "plain" },
  { which: "text", text: "ümläut \u{1f600}" },
  { which: "text", text: "long ".repeat(100) },
  { which: "text", text: "lone \ud800 surrogate" },
  { which: "text", text: `long lone \udc00 ${"x".repeat(100)}` },
  { which: "blob", blob: Uint8Array.from({ length: 300 }, (_, i) => i & 0xff) },
  { which: "blob", blob: new Uint8Array(0) },
  { which: "yours", index: 0xffff_ffff, generation: 0x8000_0000 },
  { which: "mine", index: 1, generation: 2, flags: 0xf000_0001 },
  { which: "graph", graph: Uint8Array.of(0, 0, 0, 0) },
  { which: "absent" },
  { which: "answer", answer: 12 },
  { which: "attachedBlob", attachedBlob: 0 },
  { which: "attachedGraph", attachedGraph: 1 },
  { which: "sharedBlob", region: 1, offsetBytes: 2, byteLength: 3 },
  { which: "attachedText", attachedEncoding: 2, attachment: 1 },
];

const FAILURE = {
  kind: 1,
  typeName: { which: "text", text: "ValueError" },
  message: { which: "text", text: "Traceback …" },
  thrown: undefined,
  serial: 4,
  errno: -2,
  cause: undefined,
} as const;

const LIMITS_FIELDS = {
  maxFrameBytes: 1,
  maxInlineBytes: 2,
  maxAttachedBytes: 3,
  maxMessages: 4,
  maxNesting: 5,
  maxArguments: 6,
  maxCalls: 7,
  maxAnswers: 8,
  maxHandles: 9,
  maxChainDepth: 10,
  maxStreams: 11,
  streamWindowBytes: 12,
  maxCallBytes: 13,
};

/** Every kind of message. */
export const MESSAGES: readonly Message[] = [
  {
    which: "hello",
    hello: {
      magic: 0x5449524b,
      version: { major: 1, minor: 2 },
      minMajor: 1,
      features: 5,
      limits: LIMITS_FIELDS,
      token: Uint8Array.of(9, 8, 7),
      resume: { session: Uint8Array.of(1), secret: Uint8Array.of(2), received: 2 ** 40 + 1 },
      client: "tests",
    },
  },
  {
    which: "welcome",
    welcome: {
      version: { major: 1, minor: 0 },
      features: 1,
      limits: undefined,
      session: Uint8Array.of(1, 2),
      epoch: 3,
      resumeSecret: new Uint8Array(0),
      resumeGraceMs: 4,
      python: "3.13",
      services: [{ id: 1, name: "fs", version: { major: 0, minor: 1 } }],
      resumed: true,
    },
  },
  callWith({ which: "int", int: 1 }),
  { which: "return", return: { callId: 1, which: "value", value: { which: "int", int: 5 } } },
  { which: "return", return: { callId: 2, which: "stopped", stopped: { which: "none" } } },
  {
    which: "return",
    return: {
      callId: 3,
      which: "failure",
      failure: { ...FAILURE, cause: { ...FAILURE, kind: 2 } },
    },
  },
  { which: "finish", finish: { callId: 4, cancel: true } },
  {
    which: "release",
    release: [
      { index: 1, generation: 2, count: 3 },
      { index: 4, generation: 5, count: 6 },
    ],
  },
  {
    which: "stream",
    stream: { id: 1, which: "open", callId: 2, name: "stdout" },
  },
  { which: "stream", stream: { id: 1, which: "chunk", chunk: Uint8Array.of(104, 105) } },
  { which: "stream", stream: { id: 1, which: "attachedChunk", attachedChunk: 0 } },
  { which: "stream", stream: { id: 1, which: "credit", credit: 4096 } },
  { which: "stream", stream: { id: 1, which: "end" } },
  { which: "stream", stream: { id: 1, which: "reset", reset: FAILURE } },
  { which: "signal", signal: { kind: 1, number: 2, nonce: 3, which: "all" } },
  { which: "signal", signal: { kind: 0, number: 0, nonce: 0, which: "call", call: 5 } },
  { which: "signal", signal: { kind: 2, number: 15, nonce: 1, which: "chain", chain: 8 } },
  { which: "event", event: { which: "log", level: 3, line: "a line" } },
  { which: "event", event: { which: "progress", task: "t", done: 2 ** 50, total: 2 ** 51 } },
  { which: "event", event: { which: "signalTaken", signalTaken: 3 } },
  { which: "event", event: { which: "unhandled", unhandled: FAILURE } },
  { which: "event", event: { which: "fatal", fatal: FAILURE } },
  { which: "ping", ping: 1 },
  { which: "pong", pong: 0xffff_ffff },
  { which: "unimplemented", unimplemented: { tag: 99 } },
  { which: "bye", bye: { reason: 1, failure: undefined, restartable: true } },
];
