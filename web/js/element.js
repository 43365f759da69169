// The element <qspect-report>: a report inside any page.

// The style before the program is loaded. Children show through the slot, as the page styles them.
// The element's own parts take nothing from the page, not even inherited values, except that it is
// hidden. If the height depends on the content, it is the height without content. If the width
// does, as in a cell of a table, it is that of a phone. The slot's outline is only read: it has the
// colour of the page's canvas.
const FIRST_STYLE =
  ":host{display:block;width:100%;height:480px;overflow:auto}:host([hidden]){display:none}" +
  ".qs-root{contain-intrinsic-size:318px 478px}slot{outline-color:Canvas}" +
  ".qs-root[hidden],.qs-root:not([hidden],[data-empty])~slot{display:none}" +
  ".qs-root[data-empty]{height:auto;container-type:inline-size}p:empty{display:none}" +
  "@layer{.qs-root{all:initial;direction:ltr;visibility:inherit;pointer-events:inherit}}";

// How far outside the window an element may be when it starts.
const NEAR = "200px";

// Shared by all elements of a page, once the first one starts.
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

// The last part of the URL's path; the whole text if it has no such part, or is not a URL.
function fileName(url) {
  try {
    const { pathname } = new URL(url, document.baseURI);
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1)) || url;
  } catch {
    return url;
  }
}

// The elements in the page: near ones are started, and all follow the page from light to dark.
const attached = new Set();
let nearby;
let around;
// Functions that need the private parts of the class.
let begin;
let followTheme;
let showCrash;

function attach(element) {
  nearby ??= observe();
  attached.add(element);
  nearby.observe(element);
  surround(element);
}

// Observes the element's ancestors: they may change from light to dark.
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
  // Style sheets are added and removed here.
  around.observe(document.head, { attributes: true, childList: true, subtree: true });
  // A page may take its time to change from light to dark.
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

// Whether the background of the element is dark: the nearest visible background, else the page's
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

// Without a window the class still needs a base.
const Base = globalThis.HTMLElement ?? class {};

class QspectReport extends Base {
  static observedAttributes = ["src", "view", "report", "theme", "height"];

  #root;
  #ownStyle;
  #viewer;
  #reports;
  #slot;
  // The reason why there is no report, shown below the children.
  #note;
  #isWanted = false;
  // Aborted when the viewer ends: this stops its loads and its events.
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
    // Text typed here is not a shortcut of the page, which cannot see that the target is a field.
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
    // Properties that were set before the element was defined hide those of the class.
    for (const name of ["src", "report", "theme", "height", "reports", "view"]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        // A script may have set the value that it read, which was undefined before.
        if (value !== undefined) {
          this[name] = value;
        }
      }
    }
    if (this.#isWanted) {
      // The element was moved.
      surround(this);
      this.#followTheme();
    } else {
      attach(this);
    }
  }

  disconnectedCallback() {
    // A move within the page disconnects and connects the element in one task.
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
      // The last setting wins.
      this.#reports = undefined;
      if (this.#isWanted) {
        this.#begin();
      }
    }
  }

  /**
   * The reports that are shown: objects, or JSON texts. They take precedence over `src` and inline
   * JSON, until `src` changes.
   */
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

  // Starts the viewer, or starts it again with other reports.
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

  // The program has stopped for all elements, so its content is replaced.
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

  // The reports to read, each with a name and a function that reads it.
  #sources() {
    if (this.#reports) {
      return this.#reports.map((report, at) => ({
        name: String(report?.model ?? `report ${at + 1}`),
        // A circular object cannot be written as JSON.
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

  // Dispatches the event in a task of its own: a listener may end the viewer that sends it.
  #tell(kind, detail) {
    const { signal } = this.#ending;
    queueMicrotask(() => {
      if (!signal.aborted) {
        this.dispatchEvent(new CustomEvent(`qspect:${kind}`, { detail, bubbles: true, composed: true }));
      }
    });
  }
}

// Each attribute is also a property.
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
