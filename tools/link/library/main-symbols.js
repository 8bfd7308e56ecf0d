// Part of the Emscripten glue: how side modules find what the main module defines.
//
// The main module exports only what JavaScript calls (see ../slim.py). The rest is found by name in a list that
// `Module.mainSymbols()` reads, synchronously, when the first side module is loaded: table slots of functions and
// addresses of data. `wasmImports`, which the loader asks for every name, gets the list as its prototype.

addToLibrary({
  $mainSymbols__deps: ["$scriptFunctions", "$wasmTable"],
  $mainSymbols: {
    list: undefined,
    scripts: undefined,

    read() {
      mainSymbols.list ??= Module["mainSymbols"]();
      return mainSymbols.list;
    },

    // The value of a global offset table entry: a table slot or an address, or none.
    address(name) {
      const { functions, data } = mainSymbols.read();
      if (Object.hasOwn(functions, name)) return functions[name];
      return Object.hasOwn(data, name) ? data[name] : undefined;
    },

    // What a side module imports: the function itself, or an address.
    value(name) {
      const { functions, data } = mainSymbols.read();
      if (Object.hasOwn(functions, name)) return wasmTable.get(functions[name]);
      return Object.hasOwn(data, name) ? data[name] : mainSymbols.script(name);
    },

    // A function of the glue.
    script(name) {
      mainSymbols.scripts ??= scriptFunctions();
      return Object.hasOwn(mainSymbols.scripts, name) ? mainSymbols.scripts[name] : undefined;
    },

    // While the main module itself is being loaded nothing may ask for the list.
    handler: {
      has: (_, name) => runtimeInitialized && mainSymbols.value(name) !== undefined,
      get: (_, name) =>
        runtimeInitialized && typeof name === "string" ? mainSymbols.value(name) : undefined,
    },
  },

  // Where a function is in the table, or 0. Looking through the table makes an object of each function there, some 10 ms.
  // It is not done for functions of JavaScript (these have a signature): what put one there has told the map.
  $getFunctionAddress__deps: ["$updateTableMap", "$functionsInTableMap"],
  $getFunctionAddress: (func) => {
    functionsInTableMap ||= new WeakMap();
    if (func.sig === undefined && !getFunctionAddress.hasRead) {
      getFunctionAddress.hasRead = true;
      updateTableMap(0, wasmTable.length);
    }
    return functionsInTableMap.get(func) || 0;
  },

  $updateGOT__deps: ["$GOT", "$addFunction", "$mainSymbols"],
  $updateGOT: (exports, replace) => {
    if (!runtimeInitialized) {
      Object.setPrototypeOf(wasmImports, new Proxy({}, mainSymbols.handler));
      return;
    }
    for (const [name, value] of Object.entries(exports)) {
      if (isInternalSym(name)) continue;
      const entry = GOTHandler.entry(name);
      if (replace || entry.value === 0) {
        entry.value = typeof value === "function" ? addFunction(value) : value;
      }
    }
  },

  $GOTHandler__deps: ["$GOT", "$currentModuleWeakSymbols", "$mainSymbols"],
  $GOTHandler: {
    // The entry of a name. A new one holds the main module's definition, if there is one: it comes first.
    entry(name) {
      if (!GOT[name]) {
        const value = runtimeInitialized ? (mainSymbols.address(name) ?? 0) : 0;
        GOT[name] = new WebAssembly.Global({ value: "i32", mutable: true }, value);
      }
      return GOT[name];
    },

    get(_, name) {
      const entry = GOTHandler.entry(name);
      entry.required ||= !currentModuleWeakSymbols.has(name);
      return entry;
    },
  },

  // Gives the entries that nothing has filled yet what they are named after. Names that nobody defines are forgotten,
  // or they would be missing in every library that is loaded later.
  $reportUndefinedSymbols__deps: ["$GOT", "$addFunction"],
  $reportUndefinedSymbols: () => {
    const undefinedNames = [];
    for (const [name, entry] of Object.entries(GOT)) {
      if (entry.value !== 0) continue;
      const { sym } = resolveGlobalSymbol(name, true);
      if (sym !== undefined) {
        entry.value = typeof sym === "function" ? addFunction(sym, sym.sig) : sym;
      } else if (entry.required) {
        delete GOT[name];
        undefinedNames.push(name);
      }
    }
    if (undefinedNames.length > 0)
      throw new Error(`undefined symbols: ${undefinedNames.join(", ")}`);
  },

  // A library that cannot be loaded is forgotten, so that it can be tried again.
  _dlopen_js__deps: ["$dlopenInternal", "$LDSO"],
  _dlopen_js: (handle) => {
    const result = dlopenInternal(handle, { loadAsync: false });
    if (result) return result;
    for (const [name, library] of Object.entries(LDSO.loadedLibsByName)) {
      if (library.exports === "loading") delete LDSO.loadedLibsByName[name];
    }
    delete LDSO.loadedLibsByHandle[handle];
    return 0;
  },

  // void* dlsym(void* handle, const char* name). The third argument serves threads only.
  _dlsym_js__deps: ["$addFunction", "$LDSO"],
  _dlsym_js: (handle, nameAddress, _) => {
    const name = UTF8ToString(nameAddress);
    const { exports, name: library } = LDSO.loadedLibsByHandle[handle];
    const isDefined = exports === wasmImports ? name in exports : Object.hasOwn(exports, name);
    const value = isDefined ? exports[name] : undefined;
    if (value === undefined || value.stub) {
      dlSetError(`undefined symbol '${name}' in ${library}`);
      return 0;
    }
    return typeof value === "function" ? addFunction(value, value.sig) : value;
  },
});
