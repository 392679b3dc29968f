import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows beyond the visible ones that are drawn, so that scrolling does not show an empty edge. */
const OVERSCAN = 8;

/**
 * Rows of a long list of which only the visible ones are drawn.
 *
 * - `element`: what scrolls.
 * - `covered`: pixels at the top of what scrolls that something stands over.
 * - `sizeOf`: height of a row in pixels; `keyOf`: what tells it from others. Other functions mean other rows.
 */
export function useVirtualRows(props: {
  count: number;
  element: () => HTMLElement | null;
  covered: number;
  sizeOf: (row: number) => number;
  keyOf: (row: number) => string;
}): Virtualizer<HTMLElement, Element> {
  const [, setDrawn] = useState(0);
  const options = {
    count: props.count,
    getScrollElement: props.element,
    estimateSize: props.sizeOf,
    getItemKey: props.keyOf,
    overscan: OVERSCAN,
    scrollPaddingStart: props.covered,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => setDrawn((drawn) => drawn + 1),
  };
  const [rows] = useState(() => new Virtualizer<HTMLElement, Element>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  // Sizes are told, not measured: with other rows they are others.
  useLayoutEffect(() => rows.measure(), [rows, props.sizeOf]);
  return rows;
}
