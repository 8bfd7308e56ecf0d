import {
  type Call,
  CallFlag,
  type Failure,
  type Message,
  type Return,
  type Value,
} from "#protocol";
import { FailureKind, Op } from "#vocabulary";
import {
  FsMethod,
  HostMethod,
  KernelMethod,
  Service,
  StdioMethod,
} from "../services/service-values.ts";

/** What is said of a message besides when and where it passed. */
export interface MessageFacts {
  readonly kind: string;
  readonly operation?: string;
  readonly call?: number;
  readonly isOneway?: boolean;
  readonly outcome?: Return["which"];
  readonly summary: string;
}

const MAX_TEXT = 60;
const MAX_VALUES = 6;
const OPS = namesOf(Op);
const FAILURES = namesOf(FailureKind);
const SERVICES = namesOf(Service);
const METHODS: Record<number, Record<number, string>> = {
  [Service.stdio]: namesOf(StdioMethod),
  [Service.fs]: namesOf(FsMethod),
  [Service.kernel]: namesOf(KernelMethod),
  [Service.host]: namesOf(HostMethod),
};

/** What a message says, for people and for counts. */
export function factsOf(message: Message): MessageFacts {
  const kind = message.which;
  switch (kind) {
    case "call":
      return { kind, ...factsOfCall(message.call) };
    case "return":
      return { kind, ...factsOfReturn(message.return) };
    case "finish": {
      const { callId, cancel } = message.finish;
      return { kind, call: callId, summary: cancel ? "not wanted any more" : "not needed" };
    }
    case "release": {
      const handles = message.release.map(({ index, count }) => `${index} × ${count}`);
      return { kind, summary: listed(handles) };
    }
    case "signal":
      return { kind, summary: `signal ${message.signal.number}` };
    case "event":
      return { kind, operation: message.event.which, summary: "" };
    default:
      return { kind, summary: "" };
  }
}

function factsOfCall(call: Call): Omit<MessageFacts, "kind"> {
  const args = call.arguments.map(textOf);
  return {
    operation: operationOf(call),
    call: call.id,
    isOneway: (call.flags & (1 << CallFlag.oneway)) !== 0,
    summary: `${targetOf(call)}${call.path.map((name) => `.${name}`).join("")}(${listed(args)})`,
  };
}

function operationOf(call: Call): string {
  if (call.which === "service") {
    const { serviceId, method } = call;
    return `${SERVICES[serviceId] ?? serviceId}.${METHODS[serviceId]?.[method] ?? method}`;
  }
  return OPS[call.op] ?? `op ${call.op}`;
}

function targetOf(call: Call): string {
  if (call.which === "object") return call.index === 0 ? "" : `object ${call.index}`;
  return call.which === "answer" ? `answer of ${call.answer}` : "";
}

function factsOfReturn(answer: Return): Omit<MessageFacts, "kind"> {
  const { callId, which } = answer;
  return { call: callId, outcome: which, summary: summaryOfReturn(answer) };
}

function summaryOfReturn(answer: Return): string {
  if (answer.which === "failure") return textOfFailure(answer.failure);
  return textOf(answer.which === "value" ? answer.value : answer.stopped);
}

function textOfFailure({ kind, typeName, message }: Failure): string {
  const name = typeName?.which === "text" ? typeName.text : (FAILURES[kind] ?? kind);
  // Of a traceback its end says what it was.
  const said = message?.which === "text" ? message.text.trimEnd().split("\n").at(-1) : undefined;
  if (said === undefined || said === "") return String(name);
  return said.startsWith(`${name}`) ? cut(said) : `${name}: ${cut(said)}`;
}

function textOf(value: Value): string {
  switch (value.which) {
    case "bool":
      return String(value.bool);
    case "int":
      return String(value.int);
    case "float":
      return String(value.float);
    case "text":
      return JSON.stringify(cut(value.text));
    case "blob":
      return `${value.blob.length} bytes`;
    case "bigInt":
      return `integer of ${value.bigInt.length} bytes`;
    case "graph":
      return `copy of ${value.graph.length} bytes`;
    case "mine":
      return `object ${value.index} of the sender`;
    case "yours":
      return `object ${value.index} of the receiver`;
    case "answer":
      return `answer of ${value.answer}`;
    case "attachedBlob":
    case "attachedGraph":
    case "attachedText":
      return "attached";
    default:
      return value.which;
  }
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_VALUES).join(", ");
  return texts.length > MAX_VALUES ? `${shown}, … (${texts.length})` : shown;
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

export function namesOf(numbers: Record<string, number>): Record<number, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [number, name]));
}
