// The Emscripten file system API has no published types.
type EmscriptenFS = any;

/** A file system and paths whose methods give promises: what is written with `await` on each step works with them too. */
export interface LaterFiles {
  readonly FS: EmscriptenFS;
  readonly PATH: EmscriptenFS;
}

/** The file system of this thread with promises for results; what it throws rejects. */
export function laterFiles({ FS, PATH }: { FS: object; PATH: object }): LaterFiles {
  return { FS: promising(FS), PATH: promising(PATH) };
}

/** An object whose methods give promises. What is no method, classes included, is as it is. */
export function promising(object: object): EmscriptenFS {
  return new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key);
      const isMethod = typeof value === "function" && !/^[A-Z]/.test(String(key));
      if (!isMethod) return value;
      return async (...args: unknown[]) => Reflect.apply(value, target, args);
    },
  });
}
