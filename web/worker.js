// Starts Qspect in a worker. `cargo xtask build` puts this file behind the glue that wasm-bindgen
// writes (it defines `wasm_bindgen`); the page runs that script for the glue alone.
(() => {
  "use strict";

  if (typeof document === "undefined") {
    bootWorker();
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
})();
