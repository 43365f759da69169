// The first lines of qspect.js, which has the program and other files beside it. The page of one
// file begins with `moduleUrl = undefined` instead, because its script also runs as a classic
// worker.
const moduleUrl = import.meta.url;
// Bundlers look for exactly this form, and put the files beside their own.
const programUrl = () => new URL("./qspect_bg.wasm", import.meta.url);
const copyUrl = () => new URL("./qspect.js", import.meta.url);
