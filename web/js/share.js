// Shares what the page shows.

// The page before anything ran: with reports inside, it is a page to send around.
let pristine;

function keepPage() {
  pristine = document.documentElement.cloneNode(true);
  // The document need not hold the program and the reports twice.
  document.querySelectorAll("body script").forEach((it) => it.remove());
}

// The text of a script inside the page of one file; undefined elsewhere.
function inlinePart(name) {
  return pristine?.querySelector(`script[data-qspect-${name}]`)?.textContent;
}

// The page of one file with these reports inside, each a name and JSON, as `qspect html` writes it.
// It opens at a place of its own, and its policy allows no request, whatever this page may do.
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

// Puts this module and the program into the hosted page, which loads them from files.
// `cargo xtask build` defines the constants: it makes the page of one file in the same way.
async function makeOneFile(page) {
  const script = page.querySelector("script[type=module]");
  script.removeAttribute("src");
  script.dataset.qspectScript = "";
  const module = await (await fetchOwn(moduleUrl)).text();
  const [start, end] = MODULE_MARKS.map((it) => module.indexOf(it));
  script.textContent = ONE_FILE_HEAD + module.slice(start, end);
  const parts = { qspectProgram: await (await fetchProgram()).blob(), qspectLicences: await loadLicences() };
  for (const [name, part] of Object.entries(parts)) {
    const packed = create("script", { type: "application/gzip", textContent: toBase64(await gzip(part)) });
    packed.dataset[name] = "";
    page.querySelector("body").append(packed, "\n");
  }
  page.querySelectorAll("link[rel=preload], link[rel=modulepreload]").forEach((it) => it.remove());
  // The build knows the hash of exactly this script.
  const policy = page.querySelector("meta[http-equiv]");
  policy.content = policy.dataset.ofOneFile;
}

// A text as a link carries it: gzipped, then base64 with digits that need no escape in a URL.
async function toLink(text) {
  return toBase64(await gzip(text)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
