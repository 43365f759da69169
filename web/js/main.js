// Runs when the module is loaded: in a page, or in its worker. It does nothing anywhere else, such
// as on a server that renders pages.

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
