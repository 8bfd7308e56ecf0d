/** A reporter of node:test: one line of JSON a test, with its title and its outcome. `tools/spec-coverage` reads it. */
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite") continue;
    yield `${JSON.stringify({ title: data.name, outcome: outcomeOf(type, data) })}\n`;
  }
}

function outcomeOf(type, { skip, todo }) {
  if (typeof skip === "string" && skip.startsWith("excepted: ")) return "excepted";
  if (skip !== undefined || todo !== undefined) return "skipped";
  return type === "test:pass" ? "passed" : "failed";
}
