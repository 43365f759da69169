// What a state of the page must be like for readers who need other sizes, spaces or no motion. Each
// function returns what is wrong, a sentence each.

// All elements, those of elements' own trees too.
const all = (root = document) =>
  [...root.querySelectorAll("*")].flatMap((it) => (it.shadowRoot ? [it, ...all(it.shadowRoot)] : [it]));

const name = (it) => `${it.localName}.${it.getAttribute("class")?.replaceAll(" ", ".") ?? it.id}`;

const around = (it) => it.parentElement ?? it.getRootNode().host;

// Nothing scrolls sideways but what is a table, or text in columns of its own.
function sideways(mayScroll) {
  const page = document.scrollingElement;
  const wrong = page.scrollWidth > innerWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
  const isCut = (it) => it.scrollWidth > it.clientWidth + 1 && !it.closest(mayScroll);
  for (const it of all().filter((it) => it.checkVisibility() && isCut(it))) {
    if (["auto", "scroll"].includes(getComputedStyle(it).overflowX)) {
      wrong.push(`${name(it)} scrolls: ${it.scrollWidth} px in ${it.clientWidth}`);
    }
  }
  // What is beyond the edge of what does not scroll cannot be seen at all.
  for (const [it, box] of texts()) {
    if (!it.closest(mayScroll) && (box.right > innerWidth + 1 || box.left < -1) && !isShortened(it)) {
      wrong.push(`${name(it)} is beyond the edge: "${it.textContent.slice(0, 40)}" to ${box.right}`);
    }
  }
  return wrong;
}

// No text is cut off by a box that does not scroll, except for text that ends in an ellipsis.
function cutOff() {
  const wrong = [];
  for (const [it, box] of texts()) {
    for (let at = it; at; at = around(at)) {
      const style = getComputedStyle(at);
      if (style.overflowY === "auto" || style.overflowY === "scroll") {
        break;
      }
      if (style.overflowY === "visible") {
        continue;
      }
      const room = at.getBoundingClientRect();
      const isOut = box.bottom > room.bottom + 1 || box.top < room.top - 1 || box.right > room.right + 1;
      if (isOut && !isShortened(it)) {
        wrong.push(`${name(at)} cuts off "${it.textContent.slice(0, 40)}"`);
      }
    }
  }
  return wrong;
}

// Elements with text of their own that is seen, and the text's box.
function texts() {
  const seen = [];
  for (const it of all().filter((it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }))) {
    if (it.closest(".qs-hidden, option, .qs-icicle") || getComputedStyle(it).fontSize === "0px") {
      continue;
    }
    for (const text of it.childNodes) {
      if (text.nodeType === Node.TEXT_NODE && text.data.trim()) {
        const range = document.createRange();
        range.selectNodeContents(text);
        seen.push([it, range.getBoundingClientRect()]);
      }
    }
  }
  return seen;
}

const isShortened = (it) => {
  for (let at = it; at && at.localName !== "main"; at = around(at)) {
    const { textOverflow, webkitLineClamp } = getComputedStyle(at);
    if (textOverflow === "ellipsis" || webkitLineClamp !== "none") {
      return true;
    }
  }
  return false;
};

// Nothing moves.
function moving() {
  const isMoving = (it) => it.effect.getComputedTiming().activeDuration > 0;
  const wrong = document.getAnimations().filter(isMoving).map((it) => `${it.animationName} runs`);
  for (const it of all()) {
    for (const part of [null, "::before", "::after", "::backdrop"]) {
      const style = getComputedStyle(it, part);
      for (const property of ["animationDuration", "transitionDuration"]) {
        if (style[property].split(",").some((time) => parseFloat(time) > 0)) {
          wrong.push(`${name(it)}${part ?? ""} has ${property} ${style[property]}`);
        }
      }
      if (style.scrollBehavior === "smooth") {
        wrong.push(`${name(it)} scrolls smoothly`);
      }
    }
  }
  return wrong;
}

// What of it is cut off that was not, once text has more space, as readers set it by a style of their
// own: WCAG 2.2, 1.4.12.
function cutOffBySpace() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  const roots = [document, ...all().map((it) => it.shadowRoot).filter(Boolean)];
  for (const root of roots) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
  const wrong = cutOff();
  for (const root of roots) {
    root.adoptedStyleSheets = root.adoptedStyleSheets.slice(0, -1);
  }
  return wrong;
}

// What looks like something that it must be distinguishable from.
function alike() {
  const wrong = [];
  const look = (it, ...properties) => properties.map((property) => getComputedStyle(it)[property]).join();
  const every = (css) => all().filter((it) => it.matches(css) && it.checkVisibility());
  const compare = (what, looks) => {
    globalThis.pairs = (globalThis.pairs ?? 0) + looks.length;
    if (new Set(looks).size < looks.length) {
      wrong.push(`${what} look alike: ${looks.join(" | ")}`);
    }
  };
  // What is chosen, and one that is not.
  for (const [chosen, other] of [
    [".qs-chip--on", ".qs-chip:not(.qs-chip--on)"],
    [".qs-button--on", ".qs-button:not(.qs-button--on)"],
    [".qs-tab[aria-selected=true]", ".qs-tab:not([aria-selected=true])"],
    [".qs-grid__row[aria-selected=true]", ".qs-grid__row[aria-selected=false]"],
    [".qs-grid__body .qs-grid__row--active", ".qs-grid__body .qs-grid__row:not(.qs-grid__row--active)"],
    [".qs-link:not(:disabled)", ".qs-muted"],
  ]) {
    const both = [every(chosen)[0], every(other)[0]].filter(Boolean);
    if (both.length === 2) {
      const properties = ["backgroundColor", "color", "borderBottomColor", "outlineStyle", "textDecorationLine"];
      compare(`${chosen} and others`, both.map((it) => look(it, ...properties)));
    }
  }
  // Verdicts, by colour and pattern; the parts of bars; the strip's cells.
  const marks = new Map(every(".qs-mark").map((it) => [it.className, it]));
  compare("marks", [...marks.values()].map((it) => look(it, "color", "backgroundColor", "backgroundImage", "borderStyle")));
  for (const bar of every(".qs-bar-chart")) {
    const parts = [...bar.querySelectorAll(".qs-bar-chart__part > i")].filter((it) => it.clientWidth > 0);
    compare("parts of a bar", parts.map((it) => look(it, "color", "backgroundColor", "backgroundImage")));
  }
  for (const cell of every(".qs-icicle__cell")) {
    compare("a module's bar and nothing", [look(cell, "backgroundImage"), "none"]);
  }
  for (const canvas of every(".qs-strip canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set(new Uint32Array(data.buffer));
    const legend = canvas.closest(".qs-card").querySelectorAll(".qs-legend__item");
    // Those of the verdicts that there are, and what lies between the cells.
    const nColors = new Set([...legend].map((it) => getComputedStyle(it.firstElementChild).color)).size;
    compare("the strip's cells", [colors.size > nColors ? "told apart" : "alike", "alike"]);
  }
  // An alert has an edge of its own.
  for (const it of every(".qs-alert, .qs-note, .qs-banner, .qs-nodes__missing")) {
    compare("an alert and the page", [look(it, "borderLeftWidth"), "0px"]);
  }
  // The cell that the strip's keys are on.
  for (const it of every(".qs-strip__cursor")) {
    compare("the strip's cursor and nothing", [look(it, "outlineStyle"), "none"]);
  }
  return wrong;
}
