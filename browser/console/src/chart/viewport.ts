import { zoomIdentity, type ZoomTransform } from "d3-zoom";

/** Width and height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Scales between which a drawing can be shown. */
export const SCALES: [number, number] = [0.15, 4];
/** Scale beyond which a small drawing is not enlarged by itself. */
export const LARGEST = 1.15;
/** Pixels that stay free around what is to be seen. */
export const MARGIN = 16;
/** Below this scale a text cannot be read. */
const READABLE = 0.6;
/** Scale at which a drawing is shown at first that is too large to be read as a whole. */
const FIRST = 0.85;

/** Shows the whole drawing in a frame. */
export function whole(frame: Size, drawing: Size): ZoomTransform {
  const width = (frame.width - 2 * MARGIN) / drawing.width;
  const height = (frame.height - 2 * MARGIN) / drawing.height;
  const scale = Math.max(SCALES[0], Math.min(LARGEST, width, height));
  return centred(frame, drawing.width / 2, drawing.height / 2, scale);
}

/**
 * Shows a drawing at first: whole where that can be read, else its upper part.
 *
 * - `middle`: what of the upper part is in the middle, in pixels of the drawing.
 */
export function atFirst(frame: Size, drawing: Size, middle: number): ZoomTransform {
  const all = whole(frame, drawing);
  return all.k >= READABLE ? all : centred(frame, middle, (frame.height / 2 - MARGIN) / FIRST, FIRST);
}

/** Reads what {@link write} wrote; undefined where it is something else. */
export function read(text: string | null, frame: Size, drawing: Size): ZoomTransform | undefined {
  const [x = NaN, y = NaN, scale = NaN] = (text ?? "").split(",").map(Number);
  if (![x, y, scale].every(Number.isFinite)) return undefined;
  const within = Math.min(SCALES[1], Math.max(SCALES[0], scale));
  return centred(frame, x * drawing.width, y * drawing.height, within);
}

/** What is in the middle, in parts of the drawing, and the scale, as in `0.5,0.25,1.2`: it holds for another frame too. */
export function write(shown: ZoomTransform, frame: Size, drawing: Size): string {
  const [x, y] = shown.invert([frame.width / 2, frame.height / 2]);
  return [x / drawing.width, y / drawing.height, shown.k].map((part) => String(Number(part.toFixed(4)))).join(",");
}

/** How far a stretch has to move to lie between two ends; where it is too long, its beginning does. */
export function shift(from: number, to: number, first: number, last: number): number {
  if (from < first) return first - from;
  if (to > last) return Math.max(last - to, first - from);
  return 0;
}

function centred(frame: Size, x: number, y: number, scale: number): ZoomTransform {
  return zoomIdentity
    .translate(frame.width / 2, frame.height / 2)
    .scale(scale)
    .translate(-x, -y);
}
