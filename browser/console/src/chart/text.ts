/** How a text of the chart is set; sizes in pixels. */
export interface Font {
  readonly size: number;
  readonly weight: number;
  readonly style: "normal" | "italic";
}

const context = document.createElement("canvas").getContext("2d");

/** How wide a text is in the page's own family of fonts, in pixels. */
export function widthOf(text: string, { size, weight, style }: Font): number {
  if (!context) return text.length * size * 0.6;
  const family = getComputedStyle(document.documentElement).getPropertyValue("--font");
  context.font = `${style} ${weight} ${size}px ${family}`;
  return context.measureText(text).width;
}

/** A text in lines no wider than some pixels, broken between words; a longer word has a line of its own. */
export function wrap(text: string, font: Font, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`, font) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
