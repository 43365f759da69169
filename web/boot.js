// Starts Qspect, in the page and in its workers. `cargo xtask build` puts this file behind the glue
// that wasm-bindgen writes (it defines `wasm_bindgen`), and both into the page's one inline script.
//
// A worker runs the very same text, as a Blob: a page opened from a disk may start no worker from a
// file, and the page's Content-Security-Policy allows no script but this one.
(() => {
  "use strict";

  if (typeof document === "undefined") {
    bootWorker();
  } else {
    // `currentScript` is set only while the script runs for the first time, so not after an `await`.
    bootPage(document.currentScript.textContent).catch((error) => {
      console.error(error);
      showFailure(`Qspect could not start: ${describe(error)}.`);
    });
  }

  async function bootPage(source) {
    const missing = ["WebAssembly", "DecompressionStream"].filter((name) => !(name in globalThis));
    if (missing.length > 0) {
      showFailure(
        `Qspect needs a newer browser: this one has no ${missing.join(" and no ")}. ` +
          "Chrome or Edge 96, Firefox 113, Safari 16.4 and all later ones will do.",
      );
      return;
    }
    const { style, wasm } = await unpackProgram();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets.push(sheet);
    const module = await WebAssembly.compile(wasm);
    await wasm_bindgen({ module_or_path: module });

    // One URL for all workers, and never revoked: a browser may read it after `new Worker` returned.
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    wasm_bindgen.start_page(() => {
      const worker = new Worker(url);
      worker.postMessage(module);
      return worker;
    });
  }

  // The program and its style stand in the page, packed by LZMA; what unpacks them stands beside
  // them, gzipped, which browsers unpack themselves. (No `fetch("data:…")`: the policy's
  // `connect-src 'none'` forbids it with all other requests.)
  async function unpackProgram() {
    const gzip = Uint8Array.from(atob(takeText("qspect-loader")), (char) => char.charCodeAt(0));
    const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
    const loader = await WebAssembly.instantiate(await new Response(stream).arrayBuffer());
    const { memory, room, unpack, unpacked } = loader.instance.exports;

    const packed = fromBase91(takeText("qspect-program"));
    const start = room(packed.length);
    new Uint8Array(memory.buffer).set(packed, start);
    const length = unpack();
    if (length === 0) {
      throw new Error("the file is damaged, please get it again");
    }
    const payload = new Uint8Array(memory.buffer, unpacked(), length);
    const wasmStart = 4 + new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    return {
      style: new TextDecoder().decode(payload.subarray(4, wasmStart)),
      wasm: payload.subarray(wasmStart),
    };
  }

  // The text of an element that is read once: the document need not keep it.
  function takeText(id) {
    const holder = document.getElementById(id);
    if (!holder) {
      throw new Error("the file is incomplete, please get it again");
    }
    const text = holder.textContent.trim();
    holder.remove();
    return text;
  }

  // Two digits of 91 carry 13 bits, lowest first; see xtask/src/pack.rs.
  function fromBase91(text) {
    const values = new Uint8Array(127);
    let value = 0;
    for (let code = 33; code < 127; code++) {
      if (code !== 34 && code !== 38 && code !== 60) {
        values[code] = value++;
      }
    }
    const bytes = new Uint8Array(Math.floor(((text.length / 2) * 13) / 8));
    let bits = 0;
    let bitCount = 0;
    let length = 0;
    for (let at = 0; at + 1 < text.length; at += 2) {
      bits |= (values[text.charCodeAt(at)] + 91 * values[text.charCodeAt(at + 1)]) << bitCount;
      for (bitCount += 13; bitCount >= 8; bitCount -= 8) {
        bytes[length++] = bits & 255;
        bits >>>= 8;
      }
    }
    return bytes;
  }

  // The first message is the compiled module; the page may send more before it is ready. These wait,
  // and are dispatched again, in order, as soon as `start_worker` has installed the real listener.
  function bootWorker() {
    const early = [];
    let booting = false;
    const listen = (event) => {
      if (booting) {
        early.push(event);
        return;
      }
      booting = true;
      startWorker(event.data).then(
        () => {
          removeEventListener("message", listen);
          for (const { data, ports } of early) {
            dispatchEvent(new MessageEvent("message", { data, ports }));
          }
        },
        // A rejection stays inside the worker; a reported error reaches the page's `Worker.onerror`.
        reportError,
      );
    };
    addEventListener("message", listen);
  }

  async function startWorker(module) {
    await wasm_bindgen({ module_or_path: module });
    wasm_bindgen.start_worker();
  }

  function describe(error) {
    return String(error instanceof Error ? error.message : error).replace(/\.$/, "");
  }

  // Replaces the shell: "drop reports here" would be a lie now.
  function showFailure(sentence) {
    const title = document.createElement("h1");
    title.textContent = "Qspect";
    const alert = document.createElement("p");
    alert.setAttribute("role", "alert");
    alert.className = "qs-boot-error";
    alert.textContent = sentence;
    document.getElementById("qspect").replaceChildren(title, alert);
  }
})();
