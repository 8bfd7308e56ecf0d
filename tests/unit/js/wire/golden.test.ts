import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { type Frame, FrameCodec, type Message } from "#protocol";
import { decodeMessage, encodeMessage } from "#wire";
import { callWith, frameOf, LIMITS, MESSAGES, VALUES } from "./frames.ts";
import { hostilePackets } from "./hostile-packets.ts";
import { reference } from "./reference.ts";

const FOLDER = new URL("../../../golden/", import.meta.url);
const IS_WRITING = process.env["KRAIT_GOLDEN"] === "write";

const CLIENT: readonly (readonly [name: string, frame: Frame])[] = [
  ...MESSAGES.map((message) => [nameOf(message), frameOf(message)] as const),
  ["greeting", frameOf(plainGreeting())],
  ["values", withAttachments(frameOf(callWith(...VALUES)))],
];

function nameOf(message: Message): string {
  const inner = (message as unknown as Record<string, { which?: string }>)[message.which];
  return [message.which, inner?.which].filter((part) => part !== undefined).join("-");
}

/** As clients begin: no limits of their own. */
function plainGreeting(): Message {
  const version = { major: 1, minor: 0 };
  const head = { magic: 0x5449524b, version, minMajor: 1, features: 3 };
  const tail = { limits: undefined, token: new Uint8Array(0), resume: undefined, client: "" };
  return { which: "hello", hello: { ...head, ...tail } };
}

/** What the values of `VALUES` name: two buffers of eight bytes. */
function withAttachments(frame: Frame): Frame {
  return { ...frame, attachments: [8, 8] };
}

function packetOf(frame: Frame): Uint8Array {
  const message = encodeMessage(FrameCodec, frame, LIMITS.maxBytes).slice();
  const attached = frame.attachments.reduce((sum, length) => sum + length, 0);
  const packet = new Uint8Array(message.length + attached);
  packet.set(message);
  return packet;
}

for (const [name, frame] of CLIENT) {
  test(`wire/golden: TypeScript writes ${name} as ever`, () => {
    const file = new URL(`client/${name}.bin`, FOLDER);
    const packet = packetOf(frame);
    if (IS_WRITING) writeFileSync(file, packet);

    assert.deepEqual(new Uint8Array(readFileSync(file)), packet);
  });
}

for (const [what, packet] of hostilePackets()) {
  test(`wire/golden: the hostile packet with ${what} is kept`, () => {
    const file = new URL(`hostile/${what.replaceAll(" ", "-")}.bin`, FOLDER);
    if (IS_WRITING) writeFileSync(file, packet);

    assert.deepEqual(new Uint8Array(readFileSync(file)), packet);
  });
}

const TEXT = { which: "text", text: "ümläut" } as const;
const FAILURE = {
  kind: 0,
  typeName: { which: "text", text: "ValueError" },
  message: { which: "text", text: "Traceback …" },
  thrown: undefined,
  serial: 5,
  errno: 0,
  cause: undefined,
} as const;

/** What the C++ half writes in golden-test.cc, as TypeScript reads it. */
const KERNEL: Readonly<Record<string, readonly Message[]>> = {
  welcome: [
    {
      which: "welcome",
      welcome: {
        version: { major: 1, minor: 0 },
        features: 3,
        limits: {
          maxFrameBytes: 16 << 20,
          maxInlineBytes: 64 << 10,
          maxAttachedBytes: 1 << 30,
          maxMessages: 1024,
          maxNesting: 32,
          maxArguments: 65536,
          maxCalls: 1024,
          maxAnswers: 1024,
          maxHandles: 1 << 20,
          maxChainDepth: 128,
          maxStreams: 256,
          streamWindowBytes: 256 << 10,
          maxCallBytes: 64 << 20,
        },
        session: Uint8Array.of(1, 2, 3),
        epoch: 4,
        resumeSecret: new Uint8Array(0),
        resumeGraceMs: 0,
        python: "3.13",
        services: [{ id: 1, name: "fs", version: { major: 1, minor: 2 } }],
        resumed: false,
      },
    },
  ],
  call: [
    { which: "release", release: [{ index: 8, generation: 9, count: 2 }] },
    {
      which: "call",
      call: {
        id: 1,
        chain: 3,
        depth: 1,
        op: 5,
        flags: 0,
        keywordCount: 1,
        deadlineMs: 0,
        path: [],
        arguments: [
          { which: "none" },
          { which: "jsNull" },
          { which: "bool", bool: true },
          { which: "int", int: -7 },
          { which: "float", float: 0.5 },
          { which: "bigInt", bigInt: Uint8Array.of(1, 2, 255) },
          TEXT,
          { which: "blob", blob: Uint8Array.of(1, 2) },
          { which: "graph", graph: Uint8Array.of(0, 0, 0, 0) },
          { which: "yours", index: 1, generation: 2 },
          { which: "mine", index: 3, generation: 4, flags: 5 },
          { which: "attachedText", attachedEncoding: 1, attachment: 0 },
          { which: "attachedBlob", attachedBlob: 1 },
          { which: "attachedGraph", attachedGraph: 2 },
          { which: "text", text: "lone \ud800" },
        ],
        which: "object",
        index: 6,
        generation: 7,
      },
    },
  ],
  "return-value": [{ which: "return", return: { callId: 4, which: "value", value: TEXT } }],
  "return-stopped": [
    { which: "return", return: { callId: 4, which: "stopped", stopped: { which: "none" } } },
  ],
  "return-failure": [
    { which: "return", return: { callId: 4, which: "failure", failure: FAILURE } },
  ],
  finish: [{ which: "finish", finish: { callId: 4, cancel: true } }],
  pong: [{ which: "pong", pong: 4 }],
  unimplemented: [{ which: "unimplemented", unimplemented: { tag: 44 } }],
  "event-busy": [{ which: "event", event: { which: "busy", busy: true } }],
  "event-signalTaken": [{ which: "event", event: { which: "signalTaken", signalTaken: 4 } }],
  "event-output": [
    {
      which: "event",
      event: { which: "output", descriptor: 2, data: new TextEncoder().encode("written in C\n") },
    },
  ],
  "event-unhandled": [{ which: "event", event: { which: "unhandled", unhandled: FAILURE } }],
  bye: [
    {
      which: "bye",
      bye: {
        reason: 1,
        failure: {
          kind: 11,
          typeName: undefined,
          message: { which: "text", text: "no" },
          thrown: undefined,
          serial: 0,
          errno: 0,
          cause: undefined,
        },
        restartable: false,
      },
    },
  ],
};

for (const [name, messages] of Object.entries(KERNEL)) {
  test(`wire/golden: TypeScript reads ${name} of the kernel, as the reference does`, () => {
    const packet = new Uint8Array(readFileSync(new URL(`kernel/${name}.bin`, FOLDER)));

    const { message, byteLength } = decodeMessage(FrameCodec, packet, LIMITS);

    assert.deepEqual(message.messages, messages);
    const text = reference.decode(packet.subarray(0, byteLength));
    const again = decodeMessage(FrameCodec, reference.encode(text), LIMITS).message;
    assert.deepEqual(again, message);
  });
}
