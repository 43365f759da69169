// Runs axe-core over the page, and looks at what axe leaves to people. Returns what is wrong, a
// sentence each, and how many elements were right.

// `runOnly` are tags or rules, `leastContrast` is what text must have.
async function look(runOnly, leastContrast) {
  const found = await axe.run(document, {
    runOnly,
    resultTypes: ["violations", "incomplete", "passes"],
    elementRef: true,
  });
  const each = (rules) => rules.flatMap(({ id, nodes }) => nodes.map((node) => ({ id, node })));
  const unsettled = each(found.incomplete).filter(({ id, node }) => !isSettled(id, node.element, leastContrast));
  const wrong = [...each(found.violations), ...unsettled].map(({ id, node }) => {
    const checks = [...node.any, ...node.all, ...node.none];
    return `${id}: ${node.target.flat().join(" ")}: ${checks.map((it) => it.message).join("; ")}`;
  });
  return { wrong, passed: each(found.passes).length };
}

// What axe cannot decide, by rule.
function isSettled(rule, element, leastContrast) {
  switch (rule) {
    case "color-contrast":
    case "color-contrast-enhanced":
      return contrast(element) >= leastContrast;
    // A sign such as × is not a word that its button's name could begin with.
    case "label-content-name-mismatch":
      return !/\p{L}/u.test(element.textContent);
    // The bar's label and the first screen's: the name is neither's.
    case "form-field-multiple-labels":
      return Boolean(element.ariaLabel);
    // The grid has no rows where no node is found.
    case "aria-required-children":
      return element.closest("[role=grid]")?.ariaRowCount === "1";
    default:
      return false;
  }
}

// axe gives up where something overlaps, where text is a sign or one letter, and over gradients.
// Here colours lie behind text only in the elements around it, and gradients are not backgrounds of
// text: those that there are lie below it.
function contrast(element) {
  const layers = [];
  let opacity = 1;
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const style = getComputedStyle(at);
    const [red, green, blue, alpha] = rgba(style.backgroundColor);
    layers.push([red, green, blue, alpha]);
    if (alpha === 1) {
      break;
    }
    opacity *= style.opacity;
  }
  const over = ([red, green, blue, alpha], below) =>
    [red, green, blue].map((it, at) => it * alpha + below[at] * (1 - alpha));
  const behind = layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  const [red, green, blue, alpha] = rgba(getComputedStyle(element).color);
  const lights = [over([red, green, blue, alpha * opacity], behind), behind].map(luminance);
  return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
}

// A colour as the browser paints it.
function rgba(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

function luminance(color) {
  const [red, green, blue] = color.map((it) => {
    const share = it / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
