// Starts the page: index.html, as one file or hosted.

async function startPage(root) {
  try {
    keepPage();
    const reports = embeddedReports();
    const module = await loadProgram();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets = [sheet];
    onCrash((error) => root.replaceChildren(crashNotice(error)));
    wasm_bindgen.start_page(root, sessions(module), reports);
  } catch (error) {
    console.error(error);
    showFailure(root, error);
  }
}

// The reports that `qspect html`, Share and notebooks put into a page.
function embeddedReports() {
  const scripts = [...pristine.querySelectorAll("script.qspect-report")];
  return scripts.map((script) => ({
    name: script.dataset.name ?? "report",
    blob: new Blob([fromBase64(script.textContent)]),
  }));
}

// Replaces the shell, which asks for files that nothing would read.
function showFailure(root, error) {
  const title = create("h1", { textContent: "Qspect" });
  const message = create("p", {
    className: "qs-boot-error",
    textContent:
      `Qspect could not start: ${describe(error)}. If reloading does not help, try another browser, or ` +
      "this one without extensions.",
  });
  message.setAttribute("role", "alert");
  root.replaceChildren(title, message);
}
