// The notice after a panic or a trap: the program cannot continue then, wherever it stopped.

// Called by Rust's panic hook. The error carries the panic's message out of the program.
class QspectPanic extends Error {}

function throwPanic(text) {
  throw new QspectPanic(text);
}

// Calls `show` with the error once, when the program stops in this thread.
function onCrash(show) {
  const controller = new AbortController();
  const hear = (error) => {
    if (isOfProgram(error)) {
      controller.abort();
      show(error);
    }
  };
  const { signal } = controller;
  addEventListener("error", (event) => hear(event.error), { signal });
  addEventListener("unhandledrejection", (event) => hear(event.reason), { signal });
}

// A page may run other programs. An error of this program has this module in its stack.
function isOfProgram(error) {
  if (error instanceof QspectPanic) {
    return true;
  }
  // A stack overflow throws a RangeError in Chromium and WebKit, and an InternalError in Firefox.
  const isTrap = ["RuntimeError", "RangeError", "InternalError"].includes(error?.name);
  return isTrap && (!moduleUrl || String(error.stack).includes(moduleUrl));
}

// The notice in place of the viewer.
function crashNotice(error) {
  const details =
    `Qspect ${VERSION}\n${error.name}: ${error.message}\n${error.stack}\n` + navigator.userAgent;
  const notice = create("section", { className: "qs-crash" });
  notice.setAttribute("role", "alert");
  const copy = create("button", { className: "qs-button", textContent: "Copy details" });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(details);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      copy.textContent = "Selected: copy with Ctrl+C";
    }
  });
  const reload = create("button", { className: "qs-button qs-button--main", textContent: "Reload the page" });
  reload.addEventListener("click", () => location.reload());
  const text = create("pre", { className: "qs-code", textContent: details, tabIndex: 0 });
  const buttons = create("p", {});
  buttons.append(reload, " ", copy);
  notice.append(
    create("h1", { textContent: "Qspect stopped working" }),
    create("p", { className: "qs-crash__message", textContent: error.message }),
    create("p", {
      textContent:
        "This is a fault in Qspect, not in your report. Please reload the page and open the report again. " +
        "The details below help to fix it. They may quote a name of the report. Nothing has been sent.",
    }),
    buttons,
    text,
  );
  return notice;
}

function create(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
