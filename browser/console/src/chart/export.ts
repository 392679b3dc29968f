/** Properties that decide how shapes look here, and what they are where nothing is said. */
const SHAPE = {
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linejoin": "miter",
};
/** The same of texts. */
const TEXT = {
  fill: "rgb(0, 0, 0)",
  "font-family": "",
  "font-size": "",
  "font-style": "normal",
  "font-weight": "400",
  "text-anchor": "start",
};
/** The same of words in texts. */
const WORDS = { "text-decoration-line": "none" };
const INVISIBLE = ["none", "transparent", "rgba(0, 0, 0, 0)"];
/** Attributes that say what a thing is, and not what the page does with it. */
const KEPT = /^(d|x|y|rx|cx|cy|r|width|height|transform|aria-label)$/;
const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 8;

/**
 * A drawing as a file of its own: what the page's styles give it stands in it, so that it looks the same anywhere. What is
 * hidden is left out; where the reader has moved it does not matter.
 *
 * - `content`: what is drawn, of `width` by `height` pixels.
 * - `title`: for people and screen readers.
 */
export function standalone(content: SVGGElement, title: string, width: number, height: number): string {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("viewBox", [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].map(Math.round).join(" "));
  root.setAttribute("width", String(Math.round(width + 2 * MARGIN)));
  root.setAttribute("height", String(Math.round(height + 2 * MARGIN)));
  root.setAttribute("role", "img");
  const name = document.createElementNS(SVG, "title");
  name.textContent = title;
  const ground = document.createElementNS(SVG, "rect");
  for (const [property, value] of Object.entries({ x: -MARGIN, y: -MARGIN, width: "100%", height: "100%" })) {
    ground.setAttribute(property, String(value));
  }
  ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  const drawing = copied(content);
  drawing?.removeAttribute("transform");
  root.append(name, ground, ...(drawing ? [drawing] : []));
  return new XMLSerializer().serializeToString(root);
}

/** A copy with its styles in it; undefined where there is nothing to see. */
function copied(element: Element): Element | undefined {
  const style = getComputedStyle(element);
  const isText = element.localName === "text";
  const isShape = !isText && element instanceof SVGGeometryElement;
  if (style.display === "none") return undefined;
  if (isShape && INVISIBLE.includes(style.fill) && INVISIBLE.includes(style.stroke)) return undefined;
  const copy = document.createElementNS(SVG, element.localName);
  for (const { name, value } of element.attributes) if (KEPT.test(name)) copy.setAttribute(name, value);
  if (copy.hasAttribute("aria-label")) copy.setAttribute("role", "group");
  const looks = isText ? TEXT : isShape ? SHAPE : element.localName === "tspan" ? WORDS : {};
  for (const [property, usual] of Object.entries(looks)) {
    const value = style.getPropertyValue(property);
    if (value !== usual) copy.setAttribute(property === "text-decoration-line" ? "text-decoration" : property, value);
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      const inside = copied(child);
      if (inside) copy.append(inside);
    } else if (child instanceof Text) copy.append(child.data);
  }
  return copy;
}
