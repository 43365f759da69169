// One worker for the page, or for all elements of a page. Each viewer has a port of its own, which
// can be terminated, and which fails, as a worker does. After a failure the next port leads to a
// new worker.

// The worker's name, by which this module recognizes that it runs in its own worker.
const WORKER_NAME = "qspect";

// Returns a function that opens a port. A port keeps its messages until the worker serves it.
function sessions(module) {
  let worker;
  const ports = new Set();

  return function openSession() {
    worker ??= startWorker(module, failed);
    const { port1, port2 } = new MessageChannel();
    worker.then((it) => it.postMessage(null, [port2]));
    ports.add(port1);
    port1.terminate = () => {
      port1.postMessage(null);
      port1.close();
      ports.delete(port1);
    };
    port1.start();
    return port1;
  };

  function failed(message) {
    worker = undefined;
    const orphans = [...ports];
    ports.clear();
    for (const port of orphans) {
      port.dispatchEvent(new ErrorEvent("error", { message }));
    }
  }
}

// Starts the first kind of worker that the page's policy and origin allow. If they allow none, the
// page's own thread does the work.
async function startWorker(module, onError) {
  for (const create of workerKinds()) {
    let worker;
    try {
      worker = create();
      await new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = (event) => {
          event.preventDefault();
          reject(event);
        };
      });
    } catch {
      worker?.terminate();
      continue;
    }
    worker.onmessage = null;
    worker.onerror = ({ message }) => {
      worker.terminate();
      onError(message);
    };
    worker.postMessage(module);
    return worker;
  }
  return { postMessage: (_, ports) => ports.forEach((port) => wasm_bindgen.serve(port)) };
}

function workerKinds() {
  const fromText = (text, type) => {
    // Not revoked: a browser may read it after `new Worker` returned.
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    return new Worker(url, { type, name: WORKER_NAME });
  };
  // A page of one file has no URL that a worker may load, but it has this text. Chromium does not
  // start a module from a Blob of a page that was opened from disk.
  const inline = inlinePart("script");
  if (inline) {
    return [() => fromText(inline, "classic")];
  }
  // Some bundlers join this module with others. Its URL is then the path of a file on the machine
  // that ran the bundler, and the copy that the bundler made must be loaded instead.
  const own = moduleUrl.startsWith("file:") ? copyUrl().href : moduleUrl;
  return [
    () => new Worker(own, { type: "module", name: WORKER_NAME }),
    // A page of another origin may not load the URL, but may import it.
    () => fromText(`import ${JSON.stringify(own)}`, "module"),
  ];
}
