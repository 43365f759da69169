// Runs when the module is loaded: in a page, in its worker, or where neither a document nor a worker of
// ours is (a server that renders pages), which does nothing.

if (typeof document !== "undefined") {
  if (!customElements.get("qspect-report")) {
    customElements.define("qspect-report", QspectReport);
  }
  const root = document.querySelector("[data-qspect-page]");
  if (root) {
    startPage(root);
  }
} else if (globalThis.name === WORKER_NAME) {
  servePorts();
}
