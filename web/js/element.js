// The element <qspect-report>: a report inside any page.

// Before the program is there. Children show through the slot, as the page styles them; what is ours
// takes nothing from the page, not even what is inherited, but that it is hidden. Where the height
// depends on the content it is the height without one, and where the width does, as in a cell of a table,
// it is that of a phone. The slot's outline is only read: it has the colour of the page's canvas.
const FIRST_STYLE =
  ":host{display:block;width:100%;height:480px;overflow:auto}:host([hidden]){display:none}" +
  ".qs-root{contain-intrinsic-size:318px 478px}slot{outline-color:Canvas}" +
  ".qs-root[hidden],.qs-root:not([hidden],[data-empty])~slot{display:none}" +
  ".qs-root[data-empty]{height:auto;container-type:inline-size}p:empty{display:none}" +
  "@layer{.qs-root{all:initial;direction:ltr;visibility:inherit;pointer-events:inherit}}";

// How far outside the window an element may be to start.
const NEAR = "200px";

// What all elements of a page share, once the first one starts.
let shared;

function shareProgram() {
  shared ??= loadProgram().then(
    (module) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      onCrash((error) => attached.forEach((element) => showCrash(element, error)));
      return { sheet, openSession: sessions(module) };
    },
    (error) => {
      shared = undefined;
      throw error;
    },
  );
  return shared;
}

// The last part of its path; all of it where it has none, or is no address.
function fileName(url) {
  try {
    const { pathname } = new URL(url, document.baseURI);
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1)) || url;
  } catch {
    return url;
  }
}

// Elements in the page, to start the near ones and to follow the page from light to dark.
const attached = new Set();
let nearby;
let around;
// What only the class itself can do to an element.
let begin;
let followTheme;
let showCrash;

function attach(element) {
  nearby ??= observe();
  attached.add(element);
  nearby.observe(element);
  surround(element);
}

// What is around an element may go from light to dark.
function surround(element) {
  for (let it = element.parentNode; it; it = it.parentNode ?? it.host) {
    around.observe(it, { attributes: true });
  }
}

function detach(element) {
  attached.delete(element);
  nearby?.unobserve(element);
}

function observe() {
  let isDue = false;
  const soon = () => {
    if (!isDue) {
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        attached.forEach(followTheme);
      });
    }
  };
  around = new MutationObserver(soon);
  // Where style sheets come and go.
  around.observe(document.head, { attributes: true, childList: true, subtree: true });
  // A page may take its time from light to dark.
  document.addEventListener("transitionend", soon);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  const started = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && target.isConnected) {
        started.unobserve(target);
        begin(target);
      }
    }
  }, { rootMargin: NEAR, scrollMargin: NEAR });
  return started;
}

// Whether what is behind the element is dark: the nearest background that can be seen, else the page's
// canvas.
function isDark(element, canvasColor) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const colors = [];
  for (let it = element; it; it = it.assignedSlot ?? it.parentElement ?? it.getRootNode().host) {
    colors.push(getComputedStyle(it).backgroundColor);
  }
  for (const color of [...colors, canvasColor]) {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    if (alpha > 127) {
      return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    }
  }
  return false;
}

// Where there is no window a class still needs something to extend.
const Base = globalThis.HTMLElement ?? class {};

class QspectReport extends Base {
  static observedAttributes = ["src", "view", "report", "theme", "height"];

  #root;
  #ownStyle;
  #viewer;
  #reports;
  #slot;
  // Says below the children why there is no report.
  #note;
  #isWanted = false;
  // Ends what was begun, and what is still on its way.
  #ending = new AbortController();

  static {
    begin = (element) => element.#begin();
    followTheme = (element) => element.#followTheme();
    showCrash = (element, error) => element.#showCrash(error);
  }

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    this.#root = document.createElement("div");
    this.#root.className = "qs-root";
    this.#root.hidden = true;
    this.#slot = document.createElement("slot");
    this.#note = document.createElement("p");
    this.#note.setAttribute("role", "status");
    shadow.append(this.#root, this.#slot, this.#note);
    // What is typed here is no shortcut of the page's, which cannot see that it is typed into a field.
    shadow.addEventListener("keydown", (event) => {
      const isModified = event.ctrlKey || event.altKey || event.metaKey;
      if (!isModified && (event.key.length === 1 || event.defaultPrevented)) {
        event.stopPropagation();
      }
    });
    this.#ownStyle = new CSSStyleSheet();
    const first = new CSSStyleSheet();
    first.replaceSync(FIRST_STYLE);
    shadow.adoptedStyleSheets = [first, this.#ownStyle];
  }

  connectedCallback() {
    // Set before the element was defined, these hide what the class has.
    for (const name of ["src", "report", "theme", "height", "reports", "view"]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        // Scripts that set what they read find nothing before.
        if (value !== undefined) {
          this[name] = value;
        }
      }
    }
    if (this.#isWanted) {
      // It was moved.
      surround(this);
      this.#followTheme();
    } else {
      attach(this);
    }
  }

  disconnectedCallback() {
    // A move within the page is an end and a beginning in one task.
    queueMicrotask(() => {
      if (!this.isConnected) {
        detach(this);
        this.#isWanted = false;
        this.#end();
      }
    });
  }

  attributeChangedCallback(name, _, value) {
    if (name === "height") {
      const height = /^\d+(\.\d+)?$/.test(value ?? "") ? `${value}px` : value;
      const isHeight = height && CSS.supports("height", height);
      this.#ownStyle.replaceSync(isHeight ? `:host{height:${height}}` : "");
    } else if (name === "theme") {
      this.#followTheme();
    } else if (name === "view") {
      this.#viewer?.show_view(value ?? "");
    } else if (name === "report") {
      this.#viewer?.show_report(value ?? "");
    } else {
      // The last one counts.
      this.#reports = undefined;
      if (this.#isWanted) {
        this.#begin();
      }
    }
  }

  /** The reports that are shown: objects, or JSON texts. They go before `src` and inline JSON, until `src` changes. */
  get reports() {
    return this.#reports ?? [];
  }

  set reports(reports) {
    const list = Array.isArray(reports) ? reports : reports == null ? [] : [reports];
    this.#reports = list.length > 0 ? list : undefined;
    if (this.#isWanted) {
      this.#begin();
    }
  }

  /** The name of the view that is shown. Setting it sets the attribute. */
  get view() {
    return this.#viewer?.view() ?? this.getAttribute("view") ?? "overview";
  }

  set view(view) {
    reflect(this, "view", view);
  }

  // Starts, or starts again with other reports.
  async #begin() {
    this.#isWanted = true;
    this.#end();
    const { signal } = this.#ending;
    try {
      const { sheet, openSession } = await shareProgram();
      // Children may not have been parsed yet.
      if (document.readyState === "loading") {
        await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
      }
      const sources = this.#sources();
      const settled = await Promise.allSettled(sources.map((source) => source.read(signal)));
      if (signal.aborted) {
        return;
      }
      if (sources.length === 0) {
        throw new Error("there is no report: set src, or put JSON inside the element");
      }
      this.shadowRoot.adoptedStyleSheets = [this.shadowRoot.adoptedStyleSheets[0], sheet, this.#ownStyle];
      this.#root.hidden = false;
      this.#root.toggleAttribute("data-empty", true);
      this.#followTheme();
      this.#viewer = new wasm_bindgen.Viewer(this.#root, openSession, (kind, detail) => this.#tell(kind, detail));
      this.#viewer.show_view(this.getAttribute("view") ?? "");
      this.#viewer.show_report(this.getAttribute("report") ?? "");
      settled.forEach(({ value, reason }, at) => {
        if (value) {
          this.#viewer.open(sources[at].name, value);
        } else {
          this.#viewer.refuse(sources[at].name, describe(reason), "does the address lead to a report, and may this page read it?");
        }
      });
    } catch (error) {
      if (!signal.aborted) {
        this.#note.textContent = `The report cannot be shown: ${describe(error).replace(/\.$/, "")}.`;
        this.#tell("error", { file: "", message: describe(error), hint: undefined });
      }
    }
  }

  // Takes the colours that the attribute `theme` names, or those of the page.
  #followTheme() {
    const theme = this.getAttribute("theme");
    const isFixed = theme === "light" || theme === "dark";
    const shown = isFixed ? theme : this.isConnected && isDark(this, getComputedStyle(this.#slot).outlineColor) ? "dark" : "light";
    if (this.#root.dataset.theme !== shown) {
      this.#root.dataset.theme = shown;
      this.#viewer?.redraw();
    }
  }

  // The program is gone for all elements, and so is what it drew.
  #showCrash(error) {
    if (this.#viewer) {
      this.#viewer = undefined;
      this.#root.replaceChildren(crashNotice(error));
    }
  }

  #end() {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#root.hidden = true;
    this.#note.textContent = "";
    this.#viewer?.free();
    this.#viewer = undefined;
  }

  // What to read, and how.
  #sources() {
    if (this.#reports) {
      return this.#reports.map((report, at) => ({
        name: String(report?.model ?? `report ${at + 1}`),
        // A circular one is no JSON.
        read: async () => new Blob([typeof report === "string" ? report : JSON.stringify(report)]),
      }));
    }
    const urls = (this.getAttribute("src") ?? "").split(/\s+/).filter(Boolean);
    if (urls.length > 0) {
      return urls.map((url) => ({ name: fileName(url), read: (signal) => fetchReport(url, { signal }) }));
    }
    const inline = [...this.querySelectorAll(':scope > script[type="application/json"]')];
    return inline.map((script) => ({
      name: script.dataset.name ?? "report",
      read: async () => new Blob([script.textContent]),
    }));
  }

  // In a task of its own: who hears it may end the viewer that tells it.
  #tell(kind, detail) {
    const { signal } = this.#ending;
    queueMicrotask(() => {
      if (!signal.aborted) {
        this.dispatchEvent(new CustomEvent(`qspect:${kind}`, { detail, bubbles: true, composed: true }));
      }
    });
  }
}

// Attributes are properties too.
for (const name of ["src", "report", "theme", "height"]) {
  Object.defineProperty(QspectReport.prototype, name, {
    get() {
      return this.getAttribute(name) ?? "";
    },
    set(value) {
      reflect(this, name, value);
    },
    configurable: true,
    enumerable: true,
  });
}

function reflect(element, name, value) {
  if (value == null) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value);
  }
}
