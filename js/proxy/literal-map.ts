/** Names that a map has anyway, which win over equal keys (TC-literalMap). */
const isMapName = (key: string): boolean => key in Map.prototype;

const getEntry = Map.prototype.get;
const setEntry = Map.prototype.set;

/** Property descriptors by key. The keys of records repeat, and engines share the shapes of objects that share descriptors. */
const descriptors = new Map<string, PropertyDescriptor>();
const MAX_DESCRIPTORS = 4096;

function descriptorOf(key: string): PropertyDescriptor {
  const known = descriptors.get(key);
  if (known !== undefined) return known;
  const descriptor: PropertyDescriptor = {
    get(this: Map<unknown, unknown>) {
      return getEntry.call(this, key);
    },
    set(this: Map<unknown, unknown>, value: unknown) {
      setEntry.call(this, key, value);
    },
    enumerable: true,
    configurable: true,
  };
  if (descriptors.size < MAX_DESCRIPTORS) descriptors.set(key, descriptor);
  return descriptor;
}

/**
 * What a dict becomes (D-1, TC-literalMap): a real Map, so that it clones and works with every Map function, whose
 * string keys are also own enumerable properties. Writing a property that is not there yet sets an entry.
 */
export class LiteralMap extends Map<unknown, unknown> {
  override set(key: unknown, value: unknown): this {
    super.set(key, value);
    if (typeof key === "string" && !isMapName(key) && !Object.hasOwn(this, key)) {
      Object.defineProperty(this, key, descriptorOf(key));
    }
    return this;
  }

  override delete(key: unknown): boolean {
    if (typeof key === "string" && !isMapName(key)) Reflect.deleteProperty(this, key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of super.keys()) {
      if (typeof key === "string" && !isMapName(key)) Reflect.deleteProperty(this, key);
    }
    super.clear();
  }
}

// Node's console shows the entries, and not each of them twice.
Object.defineProperty(LiteralMap.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: LiteralMap): unknown {
    return new Map(this);
  },
  writable: true,
  configurable: true,
});

// Map's own members are found here, before the object below is asked.
for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(Map.prototype))) {
  if (!Object.hasOwn(LiteralMap.prototype, key)) {
    Object.defineProperty(LiteralMap.prototype, key, member);
  }
}
Object.defineProperty(LiteralMap.prototype, Symbol.iterator, {
  value: Map.prototype.entries,
  writable: true,
  configurable: true,
});

// A write to a property that the map lacks goes up the prototype chain and ends here.
Object.setPrototypeOf(
  LiteralMap.prototype,
  new Proxy(Object.create(Map.prototype), {
    set(_target, key, value, receiver) {
      if (typeof key === "string" && !isMapName(key) && receiver instanceof LiteralMap) {
        receiver.set(key, value);
        return true;
      }
      return Reflect.defineProperty(receiver, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
  }),
);
