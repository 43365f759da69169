// Runs before the page's own script. As soon as `crash` is set, the next call into the program ends as a
// panic with these words does, or, for "trap", as a trap does.
globalThis.crash = undefined;
{
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await instantiate(module, imports);
    const exports = { ...instance.exports };
    const panic = Object.values(imports)
      .flatMap(Object.entries)
      .find(([name]) => name.includes("throwPanic"))[1];
    for (const [name, call] of Object.entries(exports)) {
      if (typeof call === "function") {
        exports[name] = (...values) => {
          const words = globalThis.crash;
          if (words === undefined) {
            return call(...values);
          }
          globalThis.crash = undefined;
          if (words === "trap") {
            throw new WebAssembly.RuntimeError("unreachable");
          }
          const bytes = new TextEncoder().encode(words);
          const start = instance.exports.__wbindgen_malloc(bytes.length, 1);
          new Uint8Array(instance.exports.memory.buffer).set(bytes, start);
          panic(start, bytes.length);
        };
      }
    }
    return { instance: { exports }, module };
  };
}
