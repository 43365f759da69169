// Starts Qspect in the page: unpacks what `holder` gives, and runs it. `cargo xtask build` makes this, with
// web/program.js and web/held.js or web/fetched.js, the page's one script in plain text; all else is
// packed, so let this be short.

boot().catch((error) => {
  console.error(error);
  showFailure(
    `Qspect could not start: ${describe(error)}. If it does not after a reload either, please try another ` +
      "browser, or this one without extensions.",
  );
});

async function boot() {
  const missing = missingHere("Worker");
  if (missing) {
    showFailure(missing);
    return;
  }
  const page = await holder();
  const [loader, program] = ["loader", "program"].map((name) => {
    const part = page.querySelector(`#qspect-${name}`);
    if (!part) {
      throw new Error("the file is incomplete, please get it again");
    }
    return fromDigits(part.textContent);
  });
  const [style, script, licences, wasm] = await unpackProgram(loader, program);
  const text = new TextDecoder();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text.decode(style));
  document.adoptedStyleSheets = [sheet];
  const glue = text.decode(script);
  run(glue);
  keepPage(page);
  const module = await WebAssembly.compile(wasm);
  await wasm_bindgen({ module_or_path: module });

  // A worker runs the very same text, as a Blob: a page opened from a disk may start no worker from
  // a file. One URL for all workers, and never revoked: a browser may read it after `new Worker`
  // returned.
  const url = URL.createObjectURL(new Blob([glue, "\nanswerPorts()"], { type: "text/javascript" }));
  wasm_bindgen.start_page(sessions(() => new Worker(url), module), text.decode(licences));
}

// Defines `wasm_bindgen`. The page's Content-Security-Policy knows the text's hash, as it knows that
// of this script, and allows no other.
function run(text) {
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
  script.remove();
}

// The number of bytes, then the bytes, 31 bits in two digits of 46341, lowest first; see
// xtask/src/pack.rs.
function fromDigits(text) {
  const value = (at) => text.charCodeAt(at) - 0x800 + 46341 * (text.charCodeAt(at + 1) - 0x800);
  const bytes = new Uint8Array(value(0)); // takes the lowest eight bits of what is put into it
  let rest = 0;
  let bitCount = 0;
  let length = 0;
  for (let at = 2; at < text.length; at += 2) {
    const more = value(at);
    const word = rest | (more << bitCount);
    bytes[length++] = word;
    bytes[length++] = word >> 8;
    bytes[length++] = word >> 16;
    if (bitCount === 0) {
      rest = word >> 24;
      bitCount = 7;
    } else {
      bytes[length++] = word >> 24;
      rest = more >> (32 - bitCount);
      bitCount--;
    }
  }
  bytes[length] = rest; // nothing is written behind the end
  return bytes;
}

function describe(error) {
  return String(error instanceof Error ? error.message : error).replace(/\.$/, "");
}

// Replaces the shell: "drop reports here" would be a lie now.
function showFailure(sentence) {
  const title = document.createElement("h1");
  title.textContent = "Qspect";
  const alert = document.createElement("p");
  alert.setAttribute("role", "alert");
  alert.className = "qs-boot-error";
  alert.textContent = sentence;
  document.getElementById("qspect").replaceChildren(title, alert);
}
