// Runs in a page before all else: hears whatever text from a report may come to do, and looks for it.

globalThis.alarms = [];
for (const name of ["alert", "confirm", "prompt", "open", "print"]) {
  globalThis[name] = () => alarms.push(name);
}
Object.defineProperty(globalThis, "harm", { set: () => alarms.push("harm") });
addEventListener("error", (event) => alarms.push(`error: ${event.message}`));
addEventListener("unhandledrejection", ({ reason }) => alarms.push(`rejection: ${reason}`));
addEventListener("securitypolicyviolation", (event) => alarms.push(`policy: ${event.violatedDirective} ${event.blockedURI}`));

// What asks for something, runs something or leads somewhere, which a viewer has none of.
const FORBIDDEN = "script, style, link, base, meta, iframe, object, embed, img, audio, video, form, a, template, animate, foreignObject, [src], [href], [srcdoc], [action]";

// By Unicode's own properties.
globalThis.HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
const isHidden = (text) => HIDDEN.test(text.replace(/[\t\n]/g, ""));

// What is wrong with what is shown below an element.
globalThis.inspect = (root) => {
  const wrong = [...root.querySelectorAll(FORBIDDEN)].map((it) => it.outerHTML.slice(0, 200));
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || (name === "style" && value.includes("url("))) {
        wrong.push(`${name}=${value}`);
      }
      // A value is not text that is shown: it identifies an option.
      if (name !== "value" && isHidden(value)) {
        wrong.push(`hidden in ${element.tagName} ${name}: ${JSON.stringify(value.slice(0, 200))}`);
      }
    }
  }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (isHidden(text.data)) {
      wrong.push(`hidden in ${text.parentElement.tagName}.${text.parentElement.className}: ${JSON.stringify(text.data.slice(0, 200))}`);
    }
  }
  return wrong;
};

// Goes through reports, each [its place, its title and the names of its rows as they are to be shown], in
// each view that `go` leads to, and collects what is wrong.
globalThis.visit = async (root, go, views, reports) => {
  const wrong = [];
  const text = (css) => root.querySelector(css)?.textContent;
  const until = async (what, is) => {
    for (const end = performance.now() + 10_000; !is(); ) {
      if (performance.now() > end) {
        throw new Error(what());
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  for (const [place, title, names] of reports) {
    const shown = () => [...root.querySelectorAll(".qs-grid__row .qs-grid__name > span")].map((it) => it.textContent);
    const isThere = {
      overview: () => text("h1") === title,
      nodes: () => text("h1") === title && JSON.stringify(shown().slice(0, names.length)) === JSON.stringify(names),
      modules: () => text("h1") === title && Boolean(root.querySelector(".qs-modules, .qs-modules__none")),
      text: () => text("h1") === title && Boolean(text(".qs-text__lines") || text(".qs-text [role=alert]")),
      // Two models are compared on request.
      compare: () => {
        root.querySelector(".qs-compare__none button")?.click();
        return Boolean(root.querySelector(".qs-before"));
      },
      fleet: () => Boolean(root.querySelector(".qs-fleet__name")),
    };
    for (const view of views) {
      go(place, view);
      const isIt = () => root.querySelector("[role=tab][aria-selected=true]")?.textContent.toLowerCase().startsWith(view) && isThere[view]();
      await until(() => `report ${place}, ${view}: ${text("h1")} is not ${title}, or ${JSON.stringify(shown())} not ${JSON.stringify(names)}`, isIt);
      if (view === "nodes") {
        const at = place % names.length;
        root.querySelector(`#qs-row-${at}`).click();
        await until(() => `report ${place}: ${names[at]} does not open`, () => text(".qs-detail h2") === names[at]);
      }
      wrong.push(...inspect(root).map((it) => `report ${place}, ${view}: ${it}`));
    }
  }
  return [...wrong, ...alarms.splice(0)];
};
