import * as dialog from "@zag-js/dialog";
import { normalizeProps, useMachine } from "@zag-js/preact";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A dialog over the page, which keeps the focus until it is closed. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const service = useMachine(dialog.machine, {
    id: useId(),
    open: true,
    onOpenChange: ({ open }) => !open && props.onClose(),
  });
  const api = dialog.connect(service, normalizeProps);
  return (
    <>
      <div {...api.getBackdropProps()} class="dialog-backdrop" />
      <div {...api.getPositionerProps()} class="dialog-positioner">
        <div {...api.getContentProps()} class="dialog">
          <div class="drawer-head">
            <h2 {...api.getTitleProps()}>{props.title}</h2>
            <button {...api.getCloseTriggerProps()} aria-label="Close">
              ✕
            </button>
          </div>
          {props.children}
        </div>
      </div>
    </>
  );
}
