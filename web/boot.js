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
    const module = await WebAssembly.compile(await unpackWasm());
    await wasm_bindgen({ module_or_path: module });

    // One URL for all workers, and never revoked: a browser may read it after `new Worker` returned.
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    wasm_bindgen.start_page(() => {
      const worker = new Worker(url);
      worker.postMessage(module);
      return worker;
    });
  }

  // The bytes that stand gzipped and in base64 in the page. No `fetch("data:…")`: the policy's
  // `connect-src 'none'` forbids it with all other requests.
  async function unpackWasm() {
    const holder = document.getElementById("qspect-wasm");
    if (!holder) {
      throw new Error("the file is incomplete, please get it again");
    }
    const text = holder.textContent.trim();
    holder.remove(); // read once; the document need not keep it
    const gzip = Uint8Array.fromBase64
      ? Uint8Array.fromBase64(text)
      : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
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
