import { normalizeProps, useMachine } from "@zag-js/preact";
import * as tabs from "@zag-js/tabs";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** Tabs, and the panel of the one that is chosen. */
export function Tabs(props: {
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
  children: ComponentChildren;
}) {
  const service = useMachine(tabs.machine, {
    id: useId(),
    value: props.value,
    onValueChange: ({ value }) => props.onChange(value),
    translations: { listLabel: props.label },
  });
  const api = tabs.connect(service, normalizeProps);
  return (
    <div {...api.getRootProps()}>
      <div {...api.getListProps()} class="tabs">
        {props.options.map(({ value, label }) => (
          <button key={value} type="button" {...api.getTriggerProps({ value })} class="tab">
            {label}
          </button>
        ))}
      </div>
      <div {...api.getContentProps({ value: props.value })}>{props.children}</div>
    </div>
  );
}
