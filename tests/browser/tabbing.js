// Where the focus can be, and whether it can be seen there.

const all = (root) =>
  [...root.querySelectorAll("*")].flatMap((it) => (it.shadowRoot ? [it, ...all(it.shadowRoot)] : [it]));

// Lets the focus be nowhere, and names the controls that Tab must reach from there.
function begin() {
  const dialog = document.querySelector("dialog[open]");
  focused()?.blur();
  // Where Tab goes on from: a place that a script focused or a pointer pressed.
  const first = document.createElement("i");
  first.tabIndex = -1;
  (dialog ?? document.body).prepend(first);
  first.focus();
  first.remove();
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
  const wanted = all(dialog ?? document).filter((it) =>
    it.matches(controls) && !it.disabled && it.tabIndex >= 0 && !it.closest("[aria-hidden=true]")
      && it.checkVisibility({ visibilityProperty: true }));
  globalThis.numbers = new Map(wanted.map((it, at) => [it, at]));
  return wanted.map(name);
}

// What has the focus; nothing once it has left the page.
function here() {
  const it = focused();
  if (!it) {
    return {};
  }
  const box = it.getBoundingClientRect();
  const isInSight = box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return { name: name(it), isShown: showers(it).some(isShowing), isInSight };
}

const focused = () => {
  let it = document.activeElement;
  while (it?.shadowRoot?.activeElement) {
    it = it.shadowRoot.activeElement;
  }
  return it === document.body || it === document.documentElement || it?.localName === "qspect-report" ? null : it;
};

const name = (it) => `${numbers?.get(it)} ${it.localName}.${it.getAttribute("class") ?? it.id} "${it.textContent.slice(0, 20)}"`;

// The element itself, the label of an input that cannot be seen, a table's rows.
const showers = (it) => [it, it.nextElementSibling, ...it.querySelectorAll("[role=row]"), it.querySelector(".qs-strip__cursor")].filter(Boolean);

function isShowing(it) {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
  return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
}
