// Loads the program. `cargo xtask build` joins the scripts of this folder into one module, after
// the script of wasm-bindgen, which defines `wasm_bindgen`.

// Resolves to the compiled module, shared by the page and all elements.
let program;

function loadProgram() {
  program ??= compileProgram().catch((error) => {
    // Lets the next element try again.
    program = undefined;
    throw error;
  });
  return program;
}

async function compileProgram() {
  const missing = missingFeatures();
  if (missing.length > 0) {
    throw new Error(
      `Qspect needs a newer browser: this one lacks ${missing.join(" and ")}. ` +
        "Chrome or Edge 123, Firefox 120, Safari 17.5 and later versions work",
    );
  }
  const inline = inlinePart("program");
  const module = await compile(inline ? inlineProgram(inline) : await fetchProgram());
  await wasm_bindgen({ module_or_path: module });
  return module;
}

function missingFeatures() {
  const missing = ["WebAssembly", "DecompressionStream"].filter((name) => !(name in globalThis));
  // The style writes all of its colours with it.
  if (!CSS.supports("color", "light-dark(#000, #fff)")) {
    missing.push("light-dark() colours");
  }
  return missing;
}

// Compiles while the bytes arrive, if the server declares their type.
async function compile(response) {
  try {
    const type = response.headers.get("Content-Type") ?? "";
    return type.startsWith("application/wasm")
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`the program is damaged, please get it again (${describe(error)})`);
  }
}

function inlineProgram(base64) {
  try {
    const stream = gunzip(fromBase64(base64));
    return new Response(stream, { headers: { "Content-Type": "application/wasm" } });
  } catch {
    throw new Error("the file is damaged, please get it again");
  }
}

function fetchProgram() {
  const url = programUrl();
  // Only the files of one build fit together, and browsers cache files.
  url.search = PROGRAM_ID;
  return fetchOwn(url);
}

// Fetches a file that is deployed beside this module.
async function fetchOwn(url) {
  let response;
  try {
    response = await fetch(url);
    if (!response.ok) {
      throw new Error(`the server answers ${response.status}`);
    }
  } catch (error) {
    throw new Error(`${url} cannot be fetched; it belongs beside qspect.js (${describe(error)})`);
  }
  return response;
}

// The notices for third-party code, which the page loads when the reader asks for them.
async function loadLicences() {
  const inline = inlinePart("licences");
  const response = inline
    ? new Response(gunzip(fromBase64(inline)))
    : await fetchOwn(new URL("THIRD-PARTY.txt", moduleUrl));
  return response.text();
}

function describe(error) {
  return String(error instanceof Error ? error.message : error).replace(/\.$/, "");
}
