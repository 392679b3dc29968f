import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** A panel beside the view, which leaves the view usable. Escape closes it, and the focus goes back where it was. */
export function Drawer(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const cameFrom = useRef<Element | null>(null);
  useEffect(() => {
    cameFrom.current = document.activeElement;
    heading.current?.focus();
    const drawn = panel.current;
    return () => {
      const { current } = cameFrom;
      // A focus that is neither here nor lost was taken elsewhere: another cell was opened.
      const focused = document.activeElement ?? document.body;
      if (focused !== document.body && !drawn?.contains(focused)) return;
      if ((current instanceof HTMLElement || current instanceof SVGElement) && current.isConnected) current.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      class="drawer"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key === "Escape") props.onClose();
      }}
    >
      <div class="drawer-head">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {props.title}
        </h2>
        <button type="button" aria-label="Close" onClick={props.onClose}>
          ✕
        </button>
      </div>
      {props.children}
    </aside>
  );
}
