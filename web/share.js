// What the page does to share what it shows. Packed with the program.

// The page as it was before anything ran: with a report inside it is a page to send around.
let pristine;

function keepPage(page) {
  pristine = page;
}

// The page with these reports inside, each a name and JSON, as the file that `qspect html` writes: UTF-16,
// which its mark says. It may ask for nothing, as it is the page of one file whatever this one is, and
// opens at a place of its own.
function pageWith(reports, place) {
  const page = pristine.cloneNode(true);
  page.querySelectorAll("script.qspect-report").forEach((old) => old.remove());
  const boot = page.querySelector("script:not([type])");
  for (const [name, json] of reports) {
    const script = page.ownerDocument.createElement("script");
    script.type = "application/json";
    script.className = "qspect-report";
    script.dataset.name = name;
    // Only `<` can end a script element early, and in JSON it stands only in strings.
    script.textContent = json.replaceAll("<", "\\u003c");
    boot.before(script);
  }
  page.dataset.place = place;
  const html = `\u{feff}<!doctype html>${page.outerHTML}`;
  const units = Uint16Array.from({ length: html.length }, (_, at) => html.charCodeAt(at));
  return new Blob([units], { type: "text/html" });
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
