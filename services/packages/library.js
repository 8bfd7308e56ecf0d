// Part of the Emscripten glue: the import of signatures-emscripten.cc.

addToLibrary({
  $fittedFunctions__deps: ["$wasmTable", "$addFunction"],
  // A main module that loads no side modules makes its table later.
  $fittedFunctions__postset: "if (wasmTable) fittedFunctions.end = wasmTable.length;",
  $fittedFunctions: {
    // Functions of the main module are below, and are what CPython expects.
    end: Number.POSITIVE_INFINITY,
    // Addresses of adapters, by address and number of arguments.
    adapters: {},

    make(address, wanted) {
      const original = wasmTable.get(address);
      const given = original?.length;
      if (given === undefined || given === wanted) return address;
      for (const hasResult of [true, false]) {
        const bytes = fittedFunctions.moduleBytes(given, wanted, hasResult);
        try {
          const module = new WebAssembly.Module(bytes);
          const { exports } = new WebAssembly.Instance(module, { "": { "": original } });
          return addFunction(exports[""]);
        } catch (error) {
          // Its arguments or result are no words: it stays as it is.
          if (!(error instanceof WebAssembly.LinkError)) throw error;
        }
      }
      return address;
    },

    // A module that exports a function of `wanted` words, which calls the imported one of `given` words.
    moduleBytes(given, wanted, hasResult) {
      const I32 = 0x7f;
      const words = (count) => [count, ...Array(count).fill(I32)];
      const section = (id, body) => [id, body.length, ...body];
      const passed = Array.from({ length: given }, (_, i) => (i < wanted ? [0x20, i] : [0x41, 0]));
      const code = [0, ...passed.flat(), 0x10, 0, ...(hasResult ? [] : [0x41, 0]), 0x0b];
      const results = hasResult ? [1, I32] : [0];
      return new Uint8Array([
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        ...section(1, [2, 0x60, ...words(given), ...results, 0x60, ...words(wanted), 1, I32]),
        ...section(2, [1, 0, 0, 0, 0]),
        ...section(3, [1, 1]),
        ...section(7, [1, 0, 0, 1]),
        ...section(10, [1, code.length, ...code]),
      ]);
    },
  },

  krait_fitting__sig: "ppi",
  krait_fitting__deps: ["$fittedFunctions"],
  krait_fitting: (address, wanted) => {
    if (address < fittedFunctions.end) return address;
    const key = `${address} ${wanted}`;
    fittedFunctions.adapters[key] ??= fittedFunctions.make(address, wanted);
    return fittedFunctions.adapters[key];
  },
});
