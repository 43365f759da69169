// Runs in the worker. The first message is the compiled module; each later one brings a port to
// serve.
function servePorts() {
  let started;
  addEventListener("message", ({ data, ports }) => {
    if (!started) {
      started = wasm_bindgen({ module_or_path: data });
      // A rejection stays inside the worker. A reported error reaches `Worker.onerror`.
      started.catch(reportError);
      return;
    }
    started.then(() => ports.forEach((port) => wasm_bindgen.serve(port)));
  });
  addEventListener("unhandledrejection", ({ reason }) => reportError(reason));
  postMessage("ready");
}
