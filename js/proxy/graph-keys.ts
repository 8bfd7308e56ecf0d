import { stateOf } from "./py-state.ts";

/**
 * Checks that a Map's key or a Set's member can be one in Python: a primitive that becomes a Python value, or a proxy,
 * whose object the kernel refuses in the same words when it cannot be hashed.
 * @throws {Error} for other objects (TC-toPy.keys)
 */
export function immutableKey(key: unknown, container: "dict" | "set"): unknown {
  const isObject = Object(key) === key || typeof key === "symbol";
  const state = isObject ? stateOf(key) : undefined;
  if (isObject && (state === undefined || state.isRoundtrip)) {
    const name = (key as object).constructor?.name ?? "Object";
    throw new Error(`Cannot use key of type ${name} as a key to a Python ${container}`);
  }
  return key;
}

/** The error for keys that Python takes for the same: 1 and true, 0 and false (TC-toPy.boolInt). */
export function keyConflict(keys: readonly unknown[], container: "Map" | "Set"): Error | undefined {
  const seen = new Set(keys);
  const has = (number: number) => seen.has(number) || seen.has(BigInt(number));
  for (const [number, boolean] of [
    [1, true],
    [0, false],
  ] as const) {
    if (has(number) && seen.has(boolean)) {
      return new Error(
        `Cannot faithfully convert ${container} into Python since it contains both ${number} and ${boolean} as keys.`,
      );
    }
  }
  return undefined;
}
