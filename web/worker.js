// Runs in a worker, behind the glue that wasm-bindgen writes (it defines `wasm_bindgen`). The first
// message is the compiled module; each later one brings a port to be served. A port keeps its messages
// until then.
function answerPorts() {
  let started;
  addEventListener("message", ({ data, ports }) => {
    if (!started) {
      started = wasm_bindgen({ module_or_path: data });
      // A rejection stays inside the worker; a reported error reaches `Worker.onerror`.
      started.catch(reportError);
      return;
    }
    started.then(() => ports.forEach((port) => wasm_bindgen.serve(port)));
  });
  postMessage("ready");
}
