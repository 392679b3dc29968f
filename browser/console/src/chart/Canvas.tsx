import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomTransform } from "d3-zoom";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useSize } from "./useSize.ts";
import { atFirst, LARGEST, MARGIN, read, SCALES, shift, type Size, whole, write } from "./viewport.ts";

/** What the canvas shows of a drawing. */
export interface CanvasProps {
  /** How large the drawing is. Another one is another object. */
  drawing: Size;
  /** What was moved into view, in the form of `viewport.ts`. Null: nothing was moved. */
  at: string | null;
  onMove: (at: string | null) => void;
  /** Names what has to be in sight; it is the element with `aria-selected`. Null: nothing. */
  inSight: string | null;
  /** The ground, and nothing on it, was pressed. */
  onGround: () => void;
  /** The SVG, for who wants to keep it. */
  svg: RefObject<SVGSVGElement | null>;
  children: ComponentChildren;
}

/** How much one step of the buttons and keys scales. */
const STEP = 1.3;
/** How many pixels one step of the keys moves. */
const MOVE = 60;

/** A drawing that can be moved and scaled: by mouse and touch, by buttons, and by + − 0 and Shift with arrows. */
export function Canvas({ drawing, at, onMove, inSight, onGround, svg, children }: CanvasProps) {
  const content = useRef<SVGGElement>(null);
  const frame = useSize(svg);
  const behaviour = useMemo(() => zoom<SVGSVGElement, unknown>(), []);
  const shown = useRef<ZoomTransform>(zoomIdentity);
  // What moved last, so that the link that follows from it moves nothing.
  const own = useRef<{ at: string; frame: Size; drawing: Size } | null>(null);

  const show = (transform: ZoomTransform) => {
    if (svg.current) behaviour.transform(select(svg.current), transform);
  };
  const remember = () => {
    if (!frame) return;
    const text = write(shown.current, frame, drawing);
    own.current = { at: text, frame, drawing };
    onMove(text);
  };
  const ended = useRef(remember);
  ended.current = remember;

  useEffect(() => {
    if (!svg.current) return;
    const selection = select(svg.current);
    let before = shown.current;
    behaviour
      .scaleExtent(SCALES)
      .clickDistance(4)
      // The wheel alone scrolls the page.
      .filter((event: MouseEvent) => !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey))
      .wheelDelta((event: WheelEvent) => Math.max(-0.4, Math.min(0.4, -event.deltaY * 0.01)))
      .on("start", () => {
        before = shown.current;
      })
      .on("zoom", ({ transform }: { transform: ZoomTransform }) => {
        shown.current = transform;
        content.current?.setAttribute("transform", transform.toString());
      })
      .on("end", ({ sourceEvent }: { sourceEvent: Event | null }) => {
        if (sourceEvent && shown.current !== before) ended.current();
      });
    selection.call(behaviour).on("dblclick.zoom", null);
    return () => void selection.on(".zoom", null);
  }, [behaviour]);

  useLayoutEffect(() => {
    if (!frame) return;
    const { width, height } = drawing;
    behaviour.extent([
      [0, 0],
      [frame.width, frame.height],
    ]);
    behaviour.translateExtent([
      [-width, -height],
      [2 * width, 2 * height],
    ]);
    const last = own.current;
    if (last && last.at === at && last.frame === frame && last.drawing === drawing) return;
    const first = content.current?.querySelector<SVGGraphicsElement>("[role=treeitem]")?.getBBox();
    show(read(at, frame, drawing) ?? atFirst(frame, drawing, first ? first.x + first.width / 2 : width / 2));
    if (inSight) reveal(selected());
  }, [frame, drawing, at]);

  useEffect(() => {
    if (inSight) reveal(selected());
  }, [inSight]);

  const selected = () => content.current?.querySelector("[aria-selected=true]");
  /** Moves as little as serves to have an element in sight, and not behind the panel that lies over the canvas. */
  const reveal = (element: Element | null | undefined) => {
    if (!element || !svg.current) return;
    const outer = svg.current.getBoundingClientRect();
    const panel = document.querySelector(".drawer")?.getBoundingClientRect();
    const isBeside = panel && panel.left > outer.left + outer.width / 3;
    const right = isBeside ? Math.min(outer.right, panel.left) : outer.right;
    const box = element.getBoundingClientRect();
    const dx = shift(box.left, box.right, outer.left + MARGIN, right - MARGIN);
    const dy = shift(box.top, box.bottom, outer.top + MARGIN, outer.bottom - MARGIN);
    const { x, y, k } = shown.current;
    if (dx !== 0 || dy !== 0) show(zoomIdentity.translate(x + dx, y + dy).scale(k));
  };
  const scale = (factor: number) => {
    if (svg.current) behaviour.scaleBy(select(svg.current), factor);
    remember();
  };
  const move = (dx: number, dy: number) => {
    if (svg.current) behaviour.translateBy(select(svg.current), dx / shown.current.k, dy / shown.current.k);
    remember();
  };
  const fit = () => {
    if (!frame) return;
    const all = whole(frame, drawing);
    show(all);
    if (atFirst(frame, drawing, 0).k === all.k) onMove(null);
    else remember();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = event.shiftKey
      ? {
          "+": () => scale(STEP),
          ArrowLeft: () => move(MOVE, 0),
          ArrowRight: () => move(-MOVE, 0),
          ArrowUp: () => move(0, MOVE),
          ArrowDown: () => move(0, -MOVE),
        }
      : { "+": () => scale(STEP), "=": () => scale(STEP), "-": () => scale(1 / STEP), "0": fit };
    const done = acts[event.key];
    if (!done) return;
    done();
    event.preventDefault();
    event.stopPropagation();
  };
  const { width, height } = drawing;
  return (
    <div
      class="canvas"
      style={{ aspectRatio: `${width} / ${height}`, "--drawn": `${Math.ceil(height * LARGEST + 2 * MARGIN)}px` }}
      // An SVG that listens for it would be a stop of the keyboard itself.
      onFocusIn={({ target }) => {
        if (target instanceof SVGElement && target.matches(":focus-visible")) reveal(target);
      }}
    >
      <svg
        ref={svg}
        class="drawing"
        onKeyDownCapture={onKey}
        onClick={(event) => event.target === event.currentTarget && onGround()}
      >
        <g ref={content}>{children}</g>
      </svg>
      <div class="canvas-tools" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => scale(STEP)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => scale(1 / STEP)}>
          −
        </button>
        <button type="button" aria-label="Fit to view" title="Fit to view (0)" onClick={fit}>
          ⤢
        </button>
      </div>
    </div>
  );
}
