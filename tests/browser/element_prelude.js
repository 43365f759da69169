// Runs in a test's page before the element is there: counts what it starts, keeps what it reports.

globalThis.told = [];
for (const kind of ["ready", "error", "select"]) {
  addEventListener(`qspect:${kind}`, ({ target, detail }) => told.push({ kind, id: target.id, detail }));
}

globalThis.nCompiled = 0;
globalThis.memories = [];
const { compile, compileStreaming, instantiate } = WebAssembly;
WebAssembly.compile = (bytes) => {
  nCompiled++;
  return compile(bytes);
};
WebAssembly.compileStreaming = (response) => {
  nCompiled++;
  return compileStreaming(response);
};
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  memories.push(made.exports.memory);
  return made;
};

globalThis.workers = [];
const OwnWorker = Worker;
Worker = class extends OwnWorker {
  constructor(...given) {
    super(...given);
    workers.push(this);
  }
};

globalThis.element = (id) => document.getElementById(id);
globalThis.find = (id, css) => element(id)?.shadowRoot?.querySelector(css) ?? null;
globalThis.text = (id) => find(id, ".qs-root")?.innerText ?? "";
globalThis.isShown = (id) => find(id, "#qs-view")?.checkVisibility() ?? false;
globalThis.viewOf = (id) => find(id, "[role=tab][aria-selected=true]")?.firstChild.textContent.trim() ?? "";
globalThis.chipOf = (id) => find(id, ".qs-chip--on")?.textContent ?? "";
globalThis.childShows = (id) => element(id).firstElementChild.checkVisibility();
globalThis.kinds = (id) => told.filter((it) => it.id === id).map((it) => it.kind).join(" ");
