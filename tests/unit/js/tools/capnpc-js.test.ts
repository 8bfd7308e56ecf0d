import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { emitModule } from "../../../../tools/capnpc-js/emit-module.ts";
import { readRequest } from "../../../../tools/capnpc-js/request.ts";

const folder = mkdtempSync(join(tmpdir(), "krait-capnpc-"));
after(() => rmSync(folder, { recursive: true }));

/** What the compiler hands to plug-ins for a schema. */
function requestFor(schema: string): Uint8Array {
  writeFileSync(join(folder, "test.capnp"), `@0xd4b1f7c0a2e95b32;\n${schema}`);
  return execFileSync("capnp", ["compile", "-o-", "test.capnp"], { cwd: folder });
}

test("tools/capnpc-js: an enum becomes a constant and a type, with its comments", () => {
  const [file] = readRequest(
    requestFor("enum Op {\n  # What to do.\n  # Twice.\n  go @0;  # on\n  stop @1;\n}"),
  );

  assert.equal(
    file && emitModule(file),
    `// Generated from test.capnp by tools/capnpc-js. Do not edit.

/**
 * What to do.
 * Twice.
 */
export const Op = {
  /** on */
  go: 0,
  stop: 1,
} as const;
export type Op = (typeof Op)[keyof typeof Op];
`,
  );
});

test("tools/capnpc-js: a comment cannot end the comment that it becomes", () => {
  const [file] = readRequest(requestFor("enum E {\n  a @0;  # ends */ here\n}"));

  assert.doesNotMatch(emitModule(file as NonNullable<typeof file>), /ends \*\//);
});

test("tools/capnpc-js: nested types are named with what they are in", () => {
  const [file] = readRequest(requestFor("struct Signal { kind @0 :Kind; enum Kind { stop @0; } }"));

  assert.match(emitModule(file as NonNullable<typeof file>), /readonly kind: SignalKind;/);
});

for (const [what, schema] of [
  ["a default", "struct S { a @0 :UInt8 = 3; }"],
  ["a group outside a union", "struct S { g :group { a @0 :UInt8; } }"],
  ["a list of lists", "struct S { a @0 :List(List(UInt8)); }"],
  ["a list of bools", "struct S { a @0 :List(Bool); }"],
  ["an interface", "struct S { a @0 :I; } interface I {}"],
  [
    "two fields of one name",
    "struct S { a @0 :UInt8; union { b :group { a @1 :UInt8; } c @2 :Void; } }",
  ],
] as const) {
  test(`tools/capnpc-js: ${what} is refused`, () => {
    const request = requestFor(schema);

    assert.throws(() => readRequest(request), { name: "Unsupported" });
  });
}
