// Unpacks the program. `cargo xtask build` puts these functions before web/boot.js and before
// web/element.js.

// The parts of the program: LZMA packs them, and what unpacks them is gzipped, which browsers unpack
// themselves. (No `fetch("data:…")`: a policy may forbid all requests.)
async function unpackProgram(loaderBytes, packed) {
  const stream = new Blob([loaderBytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const loader = await WebAssembly.instantiate(await new Response(stream).arrayBuffer());
  const { memory, room, unpack, unpacked } = loader.instance.exports;
  const start = room(packed.length);
  new Uint8Array(memory.buffer).set(packed, start);
  for (let left = 1; left !== 0; await pause()) {
    left = unpack(1 << 16);
    if (left < 0) {
      throw new Error("the file is damaged, please get it again");
    }
  }
  // Each part stands behind its length.
  const { buffer } = memory;
  const view = new DataView(buffer);
  const parts = [];
  for (let at = unpacked() + 4, n = view.getUint32(at - 4, true); n > 0; n--) {
    const size = view.getUint32(at, true);
    parts.push(new Uint8Array(buffer, at + 4, size));
    at += 4 + size;
  }
  return parts;
}

// Lets the page do what waits. By a message: browsers put off timers of pages in the background.
function pause() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}

// What this browser lacks of what is always needed, and of `more`, in words; empty where it will do.
function missingHere(...more) {
  const missing = ["WebAssembly", "DecompressionStream", ...more].filter((name) => !(name in globalThis));
  // The style's colours are all written by it.
  if (!CSS.supports("color", "light-dark(#000, #fff)")) {
    missing.push("light-dark() colours");
  }
  if (missing.length === 0) {
    return "";
  }
  return (
    `Qspect needs a newer browser: this one has no ${missing.join(" and no ")}. ` +
    "Chrome or Edge 123, Firefox 120, Safari 17.5 and all later ones will do."
  );
}
