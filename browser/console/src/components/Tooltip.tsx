import { normalizeProps, useMachine } from "@zag-js/preact";
import * as tooltip from "@zag-js/tooltip";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A button that says more where the pointer or the focus rests on it. */
export function TooltipButton(props: {
  /** What is said; nothing where it is empty. */
  tip: string;
  button: ButtonHTMLAttributes<HTMLButtonElement>;
  children: ComponentChildren;
}) {
  const service = useMachine(tooltip.machine, {
    id: useId(),
    openDelay: 300,
    closeDelay: 0,
    disabled: props.tip === "",
    positioning: { placement: "bottom-start" },
  });
  const api = tooltip.connect(service, normalizeProps);
  return (
    <>
      <button type="button" {...api.getTriggerProps()} {...props.button}>
        {props.children}
      </button>
      {api.open && (
        <div {...api.getPositionerProps()} class="tooltip-positioner">
          <div {...api.getContentProps()} class="tooltip">
            {props.tip}
          </div>
        </div>
      )}
    </>
  );
}
