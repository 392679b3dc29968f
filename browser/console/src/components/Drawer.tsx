import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** A panel beside the view, which leaves the view usable. Escape closes it, and the focus goes back where it was. */
export function Drawer(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const cameFrom = useRef<Element | null>(null);
  useEffect(() => {
    cameFrom.current = document.activeElement;
    heading.current?.focus();
    return () => {
      const { current } = cameFrom;
      if ((current instanceof HTMLElement || current instanceof SVGElement) && current.isConnected) current.focus();
    };
  }, []);
  return (
    <aside
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
