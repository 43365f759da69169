// What the page does to share what it shows.

// The page as it was before anything ran: with reports inside it is a page to send around.
let pristine;

function keepPage() {
  pristine = document.documentElement.cloneNode(true);
}

// The page of one file with these reports inside, each a name and JSON: what `qspect html` writes. It
// opens at a place of its own, and its policy allows no request, whatever this page may do.
async function pageWith(reports, place) {
  const page = pristine.cloneNode(true);
  if (!page.querySelector("script[data-qspect-program]")) {
    await makeOneFile(page);
  }
  page.querySelectorAll("script.qspect-report").forEach((old) => old.remove());
  const program = page.querySelector("script[data-qspect-program]");
  for (const [name, json] of reports) {
    const script = create("script", { type: "application/gzip", className: "qspect-report" });
    script.dataset.name = name;
    script.textContent = toBase64(await gzip(json));
    program.before(script, "\n");
  }
  page.dataset.place = place;
  return new Blob([`<!doctype html>\n${page.outerHTML}`], { type: "text/html" });
}

// Puts this module and the program into the hosted page, which has them beside it. `cargo xtask build`
// defines the constants: it makes the page of one file in the same way.
async function makeOneFile(page) {
  const script = page.querySelector("script[type=module]");
  script.removeAttribute("src");
  script.dataset.qspectScript = "";
  const module = await (await fetchReport(moduleUrl)).text();
  const [start, end] = MODULE_MARKS.map((it) => module.indexOf(it));
  script.textContent = ONE_FILE_HEAD + module.slice(start, end);
  const wasm = await (await fetchProgram()).blob();
  const program = create("script", { type: "application/gzip", textContent: toBase64(await gzip(wasm)) });
  program.dataset.qspectProgram = "";
  script.after("\n", program);
  page.querySelectorAll("link[rel=preload], link[rel=modulepreload]").forEach((it) => it.remove());
  // The build knows the hash of this very script.
  const policy = page.querySelector("meta[http-equiv]");
  policy.content = policy.dataset.ofOneFile;
}

// Whether this page may ask the network for anything.
function isOnline() {
  const policy = document.querySelector("meta[http-equiv]");
  return !policy?.content.includes("connect-src 'none'");
}

// A text as it stands in a link: gzipped, then in the digits that need no escape there.
async function toLink(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const chars = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(chars).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The bytes of that, still gzipped.
function fromLink(digits) {
  const base64 = digits.replaceAll("-", "+").replaceAll("_", "/");
  return new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]);
}

// What a page that opened or holds this one sends: `{qspect: {buffer, title}}`; null for all else. A page
// asks by "PING" whether this one listens yet, as pages do that open traces in Perfetto.
function receive({ data, source, origin }) {
  if (typeof data === "string" && /^ping$/i.test(data)) {
    // To whoever asked: it tells nothing.
    source?.postMessage(data === "ping" ? "pong" : "PONG", "*");
    return null;
  }
  const { buffer, title } = data?.qspect ?? {};
  if (typeof buffer !== "string" && !(buffer instanceof ArrayBuffer) && !ArrayBuffer.isView(buffer)) {
    return null;
  }
  const isOwn = origin !== "null" && origin === location.origin;
  return {
    title: typeof title === "string" && title ? title : "report",
    blob: new Blob([buffer]),
    origin: isOwn ? null : origin,
  };
}
