// The beginning of qspect.js, which has the program and other files beside it. The page of one file begins
// by `moduleUrl = undefined`, since its script also runs as a worker that is no module.
const moduleUrl = import.meta.url;
// Bundlers look for this very form, and put the files beside their own.
const programUrl = () => new URL("./qspect_bg.wasm", import.meta.url);
const copyUrl = () => new URL("./qspect.js", import.meta.url);
