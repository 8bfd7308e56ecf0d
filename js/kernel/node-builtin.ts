/** What Node's modules are called, and what they are. */
interface NodeModules {
  "node:fs": typeof import("node:fs");
  "node:net": typeof import("node:net");
  "node:tls": typeof import("node:tls");
  "node:tty": typeof import("node:tty");
  "node:url": typeof import("node:url");
  "node:worker_threads": typeof import("node:worker_threads");
}

/**
 * A module of Node. `import()` would make a namespace of all its exports, some of which load much of Node when they are
 * looked at: that takes as long as the rest of a start.
 */
export async function nodeBuiltin<Name extends keyof NodeModules>(
  name: Name,
): Promise<NodeModules[Name]> {
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: Name) => NodeModules[Name] };
  return getBuiltinModule?.(name) ?? ((await import(name)) as NodeModules[Name]);
}
