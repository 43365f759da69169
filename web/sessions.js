// Gives ports to one worker for all viewers. Each viewer asks through its own, which can be ended and
// fails as a worker can; after a failure the next port leads to a new worker.
function sessions(startWorker, module) {
  let worker;
  const ports = new Set();
  return () => {
    worker ??= begin();
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(null, [port2]);
    ports.add(port1);
    port1.terminate = () => {
      port1.postMessage(null);
      port1.close();
      ports.delete(port1);
    };
    port1.start();
    return port1;
  };

  function begin() {
    const own = startWorker();
    own.postMessage(module);
    own.onerror = ({ message }) => {
      own.terminate();
      worker = undefined;
      const failed = [...ports];
      ports.clear();
      for (const port of failed) {
        port.dispatchEvent(new ErrorEvent("error", { message }));
      }
    };
    return own;
  }
}
